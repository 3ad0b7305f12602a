import type { Heartbeat } from '../../domain/heartbeat.ts'
import type { Snippet } from './webhookSnippets.ts'

/** Lines to copy into what runs the job, with the address it reports to in them. */
export function heartbeatSnippets({ id, cron = '0 3 * * *' }: Heartbeat, url: string): Snippet[] {
  // Half a minute of retries outlasts a restart of this instance.
  const curl = 'curl -fsS -m 10 --retry 5 --retry-all-errors -o /dev/null'
  return [
    { title: 'Try it', text: `curl ${url}` },
    {
      title: 'crontab: reports the exit code of the job',
      text: `${cron}  /usr/local/bin/${id}.sh; ${curl} ${url}/$?`,
    },
    {
      title: 'systemd: in the [Service] section of the job that a timer starts',
      text: [
        `ExecStart=/usr/local/bin/${id}.sh`,
        // Two dollars are one for systemd.
        `ExecStopPost=/bin/sh -c 'test "$$SERVICE_RESULT" = success && end= || end=/fail; ${curl} ${url}$$end'`,
      ].join('\n'),
    },
    {
      title: 'Kubernetes CronJob',
      text: [
        'spec:',
        `  schedule: '${cron}'`,
        '  jobTemplate:',
        '    spec:',
        '      template:',
        '        spec:',
        '          restartPolicy: Never',
        '          containers:',
        `            - name: ${id}`,
        '              image: your-image',
        '              command: [/bin/sh, -c]',
        `              args: ['/${id}.sh; code=$?; wget -q -T 10 -O /dev/null ${url}/$code; exit $code']`,
      ].join('\n'),
    },
    {
      title: 'GitHub Actions: the last step, with the address as the secret HEARTBEAT_URL',
      text: [
        '- if: always()',
        '  env:',
        '    HEARTBEAT_URL: ${{ secrets.HEARTBEAT_URL }}',
        "    END: ${{ job.status != 'success' && '/fail' || '' }}",
        `  run: ${curl} "$HEARTBEAT_URL$END"`,
      ].join('\n'),
    },
    {
      title: 'When it fails, with the reason',
      text: `some-job 2>&1 | tail -n 20 | ${curl} --data-binary @- ${url}/fail`,
    },
  ]
}
