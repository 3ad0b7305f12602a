import { env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { AS_POSTED } from './samplePublicModel.ts'
import type { SubscriberDesk } from '../worker/coordination/subscriberDesk.ts'
import type { Mail } from '../worker/delivery/mail.ts'
import type { Outcome } from '../worker/delivery/outcome.ts'
import type { Announcement } from '../worker/domain/notice.ts'
import type { PublicPage } from '../worker/domain/publicModel.ts'

/** A SubscriberDesk whose mail stays here, and something to tell. */

// workerd's alarm clock is not faked: with a date far ahead no alarm fires by itself.
export const START_MS = Date.UTC(2100, 0, 1)

export const PAGE: PublicPage = {
  id: 'abcdefghjkmn',
  name: 'Acme',
  url: 'https://status.acme.example',
  timeZone: 'Etc/UTC',
  supportUrl: null,
  language: 'en',
  updatedAtMs: START_MS,
}

export function announcement(updateId: string, componentId = 'checkout'): Announcement {
  const update = {
    id: updateId,
    status: 'investigating',
    body: 'We look into it.',
    ...AS_POSTED,
    atMs: START_MS,
    components: [],
  } as const
  return {
    page: PAGE,
    update,
    incident: {
      id: '0123456789ab',
      title: 'Checkout is slow',
      status: 'investigating',
      impact: 'minor',
      createdAtMs: START_MS,
      updatedAtMs: START_MS,
      startedAtMs: START_MS,
      monitoringAtMs: null,
      resolvedAtMs: null,
      nextUpdateAtMs: null,
      components: [{ id: componentId, name: 'Checkout', status: 'degraded_performance' }],
      updates: [update],
      hasPostMortem: false,
      isBackdated: false,
    },
  }
}

export type Send = (mail: Mail, desk: SubscriberDesk) => Promise<Outcome>
export const delivered: Send = async () => ({ ok: true, receipt: '250' })

/** A desk whose mail goes to `sent`; after an eviction it has to be given its transport again. */
export async function openDesk(name: string = crypto.randomUUID()) {
  const desk = env.SUBSCRIBER_DESK.getByName(name)
  const sent: Mail[] = []
  let respond: Send = delivered
  const connect = () =>
    runInDurableObject(desk, (instance: SubscriberDesk) => {
      instance.openTransport = () => ({
        send: async (mail) => {
          const outcome = await respond(mail, instance)
          if (outcome.ok) sent.push(mail)
          return outcome
        },
        close: () => undefined,
      })
    })
  await connect()
  return {
    name,
    desk,
    sent,
    connect,
    answer: (send: Send) => {
      respond = send
    },
    run: () => runDurableObjectAlarm(desk),
    confirmed: async (...emails: string[]) => {
      for (const email of emails) await desk.subscribe({ email, confirmed: true })
    },
    recipients: () => sent.map(({ to }) => to).sort(),
  }
}

export function linkIn(mail: Mail | undefined, path: string): string {
  const [, token] = new RegExp(`${path}/(\\S+)`).exec(mail?.text ?? '') ?? []
  return token ?? 'no link'
}
