import { openCarrier } from '../delivery/channels.ts'
import type { MailTransport } from '../delivery/mail.ts'
import type { Carrier, Message } from '../delivery/sender.ts'
import type { SmsSender } from '../delivery/smsChannel.ts'
import { isPrivateHost } from '../delivery/targetHost.ts'
import { twilioSettings } from '../delivery/twilio.ts'
import { placeOfPage } from '../storage/statusPages.ts'
import { publishedStatus } from '../storage/publishedStatus.ts'
import { openPushKeys } from '../storage/pushKeys.ts'

/** What of the desk some channels need. */
interface Desk {
  readonly openTransport: () => MailTransport
  readonly sealedPushKeys: () => Promise<string>
  /** For texts, as `SmsSender` has them. */
  readonly takeText: SmsSender['take']
  readonly giveBackText: SmsSender['giveBack']
}

/** Every channel, with what each is opened with. */
export function deskCarrier(env: Env, page: string, desk: Desk): Carrier {
  return openCarrier(env, {
    transport: () => desk.openTransport(),
    webhookPage: async () => {
      const { url, folder } = await placeOfPage(env.PUBLIC_FILES, env.PUBLIC_URL, page)
      return publishedStatus(env.PUBLIC_FILES, url, folder)
    },
    pushKeys: async () => openPushKeys(env.MASTER_KEY, await desk.sealedPushKeys()),
    smsSender: smsSender(env, page, desk),
  })
}

function smsSender(env: Env, page: string, desk: Desk): SmsSender | null {
  const settings = twilioSettings(env)
  if (settings === null) return null
  // Twilio refuses a text whose answers would go to an address that only we can reach.
  const isReached = !isPrivateHost(new URL(env.PUBLIC_URL).hostname) || isPrivateHost(new URL(settings.apiUrl).hostname)
  const statusUrl = ({ id }: Message) => {
    const query = new URLSearchParams({ page, id })
    return `${env.PUBLIC_URL.replace(/\/+$/, '')}/hooks/twilio/status?${query.toString()}`
  }
  return {
    settings,
    take: (isRequest) => desk.takeText(isRequest),
    giveBack: (isRequest) => desk.giveBackText(isRequest),
    statusUrl: isReached ? statusUrl : () => null,
  }
}
