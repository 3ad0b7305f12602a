import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../../server/ports.ts'
import { startHost } from '../host.ts'
import type { Host } from '../host.ts'
import { metric } from '../metrics.ts'
import { mulberry32 } from './mulberry32.ts'
import { PatientClient } from './patientClient.ts'
import { Incident } from './story.ts'
import { UnwillingReceiver, readerAddress } from './unwillingReceiver.ts'
import type { TakenMail } from './unwillingReceiver.ts'

/** How one update reached many subscribers, through everything that got in its way. */
export interface MailingReport {
  /** Who was to be told to the end, and who left while it went out. */
  readonly stayed: number
  readonly left: number
  readonly mails: number
  /** What the mail server answered instead of taking the mail. */
  readonly refused: UnwillingReceiver['answered']
  /** Who has it twice, always under the same Message-ID. */
  readonly twice: number
  /** Mails that were on their way when their reader’s leaving was answered. */
  readonly crossed: number
  readonly seconds: { readonly importing: number; readonly firstPass: number; readonly all: number }
  readonly faults: readonly string[]
}

/** As many as the desk has open to one mail server. */
const LANES = 5
const KILLS = 2
const LEAVES = 0.1
/** One that was under way may still be on the wire, on a machine that is busy with other things. */
const ON_ITS_WAY_MS = 5_000
const IMPORTS_AT_ONCE = 16
const DELIVERED_WITHIN_MS = 45 * 60_000
const AWAY_MS = 1_000

/**
 * Imports `count` subscribers and tells them one update while the mail server refuses half of what it is given and is
 * killed once, the host is killed once with SIGKILL, and every tenth subscriber leaves by the one-click link of an
 * earlier mail.
 */
export async function runMailing(
  count: number,
  seed: number,
  progress: (line: string) => void = () => {},
): Promise<MailingReport> {
  const receiver = await UnwillingReceiver.start(seed)
  const port = await anyFreePort()
  const environment = { SMTP_URL: receiver.url }
  let host: Host = await startHost({ port, environment })
  const { home, credentials } = host
  try {
    const api = new PatientClient(host.url, `Bearer ${credentials.apiToken}`)
    const addresses = Array.from({ length: count }, (_, number) => readerAddress(number))
    const random = mulberry32(seed)
    const leavers = new Set(addresses.filter(() => random() < LEAVES))
    const stayers = addresses.filter((address) => !leavers.has(address))
    const incident = Incident.parse(
      await api.send('POST', '/api/v1/incidents', {
        title: 'Checkout fails',
        severity: 'sev2',
        services: ['checkout'],
      }),
    )
    const tell = (body: string) =>
      api.send('POST', `/api/v1/incidents/${incident.id}/updates`, {
        audience: 'public',
        status: 'investigating',
        body,
      })

    // Whoever leaves has a mail with the link already.
    const importing = stopwatch()
    await importAll(api, [...leavers])
    await tell('The first update.')
    const links = await linksOf(receiver, leavers)
    await importAll(api, stayers)
    const importingSeconds = importing()
    progress(`${count} subscribers in ${importingSeconds} s, ${leavers.size} of them will leave`)

    const before = receiver.mails.length
    receiver.isUnwilling = true
    await tell('The update that is to reach everybody who stays.')
    const all = stopwatch()
    const taken = () => receiver.mails.slice(before)
    const got = async (share: number) => {
      while (taken().length < count * share) await sleep(20)
    }
    await got(0.02)
    const firstPass = stopwatch()
    const leaving = leaveAll(host.url, links)
    await got(0.15)
    await receiver.kill()
    progress(`the mail server was killed after ${taken().length} mails, ${all()} s`)
    await sleep(AWAY_MS)
    await receiver.open()
    await got(0.3)
    await host.kill('SIGKILL')
    progress(`the host was killed after ${taken().length} mails, ${all()} s`)
    await sleep(AWAY_MS)
    host = await startHost({ home, port, environment })
    await got(0.45)
    const firstPassSeconds = firstPass()
    const leftAtMs = await leaving
    progress(`${leftAtMs.size} have left, ${taken().length} mails, ${all()} s`)
    const isDone = await untilNothingWaits(host, () => progress(`${taken().length} mails, ${all()} s`))

    const byAddress = Map.groupBy(taken(), ({ to }) => to)
    const late = [...leftAtMs].flatMap(([to, atMs]) => (byAddress.get(to) ?? []).filter((mail) => mail.atMs > atMs))
    const twice = [...byAddress.values()].filter((mails) => mails.length > 1)
    const faults = [
      ...(isDone ? [] : [`notices still wait after ${all()} s`]),
      ...stayers.filter((to) => !byAddress.has(to)).map((to) => `${to} was not told`),
      ...twice.filter((mails) => idsOf(mails).size > 1).map(([mail]) => `${mail?.to} has it under two Message-IDs`),
      ...(twice.length <= LANES * KILLS ? [] : [`${twice.length} have it twice`]),
      ...late
        .filter(({ to, atMs }) => atMs > (leftAtMs.get(to) ?? 0) + ON_ITS_WAY_MS)
        .map(({ to }) => `${to} was told after leaving`),
    ]
    return {
      stayed: stayers.length,
      left: leftAtMs.size,
      mails: taken().length,
      refused: receiver.answered,
      twice: twice.length,
      crossed: late.length,
      seconds: { importing: importingSeconds, firstPass: firstPassSeconds, all: all() },
      faults,
    }
  } finally {
    await host.stop()
    await receiver.kill()
    await rm(home, { recursive: true, force: true })
  }
}

async function importAll(api: PatientClient, addresses: readonly string[]): Promise<void> {
  await inTurns(IMPORTS_AT_ONCE, addresses, (email) =>
    api.send('POST', '/api/v1/subscribers', { email, confirmed: true }),
  )
}

async function linksOf(receiver: UnwillingReceiver, leavers: ReadonlySet<string>): Promise<Map<string, string>> {
  const deadlineMs = Date.now() + DELIVERED_WITHIN_MS
  while (receiver.mails.length < leavers.size) {
    if (Date.now() > deadlineMs) throw new Error(`${receiver.mails.length} of ${leavers.size} have the first update`)
    await sleep(100)
  }
  return new Map(receiver.mails.map(({ to, unsubscribe }) => [to, new URL(unsubscribe).pathname]))
}

/** As a mailbox does it (RFC 8058), again until it is answered. Gives when each was. */
async function leaveAll(url: string, links: ReadonlyMap<string, string>): Promise<Map<string, number>> {
  const leftAtMs = new Map<string, number>()
  await inTurns(2, [...links], async ([address, path]) => {
    while (!(await leave(url + path))) await sleep(200)
    leftAtMs.set(address, Date.now())
  })
  return leftAtMs
}

async function leave(url: string): Promise<boolean> {
  try {
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(20_000) })
    await answer.text()
    if (answer.status < 500 && answer.status !== 200) throw new Refused(`Leaving was answered ${answer.status}`)
    return answer.status === 200
  } catch (error) {
    if (error instanceof Refused) throw error
    return false
  }
}

class Refused extends Error {}

async function untilNothingWaits(host: Host, tick: () => void): Promise<boolean> {
  const deadlineMs = Date.now() + DELIVERED_WITHIN_MS
  for (let round = 1; Date.now() < deadlineMs; round++) {
    if ((await metric(host, 'allclear_deliveries_waiting')) === 0) return true
    if (round % 15 === 0) tick()
    await sleep(1_000)
  }
  return false
}

async function inTurns<T>(atOnce: number, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function idsOf(mails: readonly TakenMail[]): Set<string> {
  return new Set(mails.map(({ messageId }) => messageId))
}

function stopwatch(): () => number {
  const startedMs = performance.now()
  return () => Math.round((performance.now() - startedMs) / 1000)
}
