/** What Nagios and Icinga mail by the notification command that Debian ships, when a service breaks and when it is well again. */
export function nagiosMail(type: 'PROBLEM' | 'RECOVERY', to: string): string {
  const [state, output] =
    type === 'PROBLEM'
      ? ['CRITICAL', 'CRITICAL - Socket timeout after 10 seconds']
      : ['OK', 'HTTP OK: HTTP/1.1 200 OK - 512 bytes in 0.004 s']
  return [
    `Subject: ** ${type} Service Alert: web-1/HTTP is ${state} **`,
    `To: <${to}>`,
    'User-Agent: mail (GNU Mailutils 3.15)',
    'Date: Fri,  1 May 2026 10:00:00 +0000',
    `Message-Id: <20260501100000.${type.toLowerCase()}@monitor.acme.example>`,
    'From: nagios <nagios@monitor.acme.example>',
    '',
    '***** Nagios *****',
    '',
    `Notification Type: ${type}`,
    '',
    'Service: HTTP',
    'Host: web-1',
    'Address: 192.0.2.17',
    `State: ${state}`,
    '',
    'Date/Time: Fri May 1 10:00:00 UTC 2026',
    '',
    'Additional Info:',
    '',
    output,
    '',
  ].join('\r\n')
}
