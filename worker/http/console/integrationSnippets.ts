/** Settings to copy into a sender of alerts, with its new key in them. */
export function integrationSnippets(source: string, key: string, publicUrl: string): { title: string; text: string }[] {
  const { protocol, host, origin } = new URL(publicUrl)
  switch (source) {
    case 'alertmanager':
      return [
        {
          title: 'prometheus.yml',
          text: [
            'alerting:',
            '  alertmanagers:',
            `    - scheme: ${protocol.replace(':', '')}`,
            '      path_prefix: /alertmanager',
            '      api_version: v2',
            '      basic_auth:',
            '        username: allclear',
            `        password: ${key}`,
            '      static_configs:',
            `        - targets: ['${targetOf(protocol, host)}']`,
          ].join('\n'),
        },
        {
          title: 'Try it with amtool',
          text: `amtool --alertmanager.url=${protocol}//allclear:${key}@${host}/alertmanager alert add alertname=Test service=web`,
        },
      ]
    case 'json':
      return [
        {
          title: 'Try it with curl',
          text: [
            `curl ${origin}/hooks/json/${key} \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"title": "Checkout is slow", "severity": "critical", "service": "checkout"}'`,
          ].join('\n'),
        },
        {
          title: 'And when it is over',
          text: [
            `curl ${origin}/hooks/json/${key} \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"title": "Checkout is slow", "status": "resolved", "service": "checkout"}'`,
          ].join('\n'),
        },
      ]
    default:
      return []
  }
}

/** Prometheus wants a port. */
function targetOf(protocol: string, host: string): string {
  return host.includes(':') ? host : `${host}:${protocol === 'https:' ? 443 : 80}`
}
