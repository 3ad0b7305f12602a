import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCredentials } from '../server/stateFiles.ts'
import { startHost, type Host } from './host.ts'
import { makeIntegration } from './integrations.ts'

/** Alerts by mail, from a real SMTP client to the host's own server. */

let host: Host
let key = ''

beforeAll(async () => {
  host = await startHost()
  key = await makeIntegration(host, 'email')
})

afterAll(async () => {
  await host?.stop()
})

async function send(to: string, subject: string, text = 'Only 2% are left.'): Promise<void> {
  const smtp = (await readCredentials(host.home))?.smtp
  if (smtp === undefined) throw new Error('The host does not say where its SMTP server is')
  const transport = createTransport(smtp)
  await transport.sendMail({ from: 'Nagios <nagios@example.com>', to, subject, text })
  transport.close()
}

async function firing(): Promise<string[]> {
  const headers = { authorization: `Bearer ${host.credentials.integrations.alertmanager.key}` }
  const answer = await fetch(`${host.url}/alertmanager/api/v2/alerts`, { headers })
  const alerts: { labels: Record<string, string> }[] = JSON.parse(await answer.text())
  return alerts.map(({ labels }) => `${labels['alertname']} (${labels['severity']}, ${labels['service']})`)
}

it('fires once the client has its 250, and ends with the mail that says so', async () => {
  await send(`alerts+${key}@localhost`, 'PROBLEM: Disk is full on db-1', 'Severity: critical\nService: checkout\n')
  expect(await firing()).toEqual(['Disk is full on db-1 (critical, checkout)'])
  await send(`ALERTS+${key.toUpperCase()}@LOCALHOST`, 'RECOVERY: Disk is full on db-1')
  expect(await firing()).toEqual([])
  const inbox = await (await fetch(`${host.inboxUrl}/messages.json`)).text()
  expect(inbox).not.toContain(key)
})

it('refuses an unknown address for good, and a mail that is too large', async () => {
  const unknown = `alerts+em_${'0'.repeat(52)}@localhost`
  await expect(send(unknown, 'Lost')).rejects.toMatchObject({ responseCode: 550 })
  await expect(send(`alerts+${key}@localhost`, 'Large', 'x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({
    responseCode: 552,
  })
  expect(await firing()).toEqual([])
})

it('other mail goes to the inbox as before', async () => {
  await send('alice@example.com', 'Lunch')
  const inbox = await (await fetch(`${host.inboxUrl}/messages.json`)).text()
  expect(inbox).toContain('Lunch')
})
