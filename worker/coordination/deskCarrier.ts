import { openCarrier } from '../delivery/channels.ts'
import type { MailTransport } from '../delivery/mail.ts'
import type { Carrier } from '../delivery/sender.ts'
import { publishedStatus } from '../storage/publishedStatus.ts'
import { openPushKeys } from './pushSenderKeys.ts'

/** Every channel, with what each is opened with. */
export function deskCarrier(
  env: Env,
  openTransport: () => MailTransport,
  sealedPushKeys: () => Promise<string>,
): Carrier {
  return openCarrier(env, {
    transport: openTransport,
    webhookPage: () => publishedStatus(env.PUBLIC_FILES, env.PUBLIC_URL),
    pushKeys: async () => openPushKeys(env.MASTER_KEY, await sealedPushKeys()),
  })
}
