import { openCarrier } from '../delivery/channels.ts'
import type { MailTransport } from '../delivery/mail.ts'
import type { Carrier } from '../delivery/sender.ts'
import { placeOfPage } from '../storage/statusPages.ts'
import { publishedStatus } from '../storage/publishedStatus.ts'
import { openPushKeys } from '../storage/pushKeys.ts'

/** Every channel, with what each is opened with. */
export function deskCarrier(
  env: Env,
  page: string,
  openTransport: () => MailTransport,
  sealedPushKeys: () => Promise<string>,
): Carrier {
  return openCarrier(env, {
    transport: openTransport,
    webhookPage: async () => {
      const { url, folder } = await placeOfPage(env.PUBLIC_FILES, env.PUBLIC_URL, page)
      return publishedStatus(env.PUBLIC_FILES, url, folder)
    },
    pushKeys: async () => openPushKeys(env.MASTER_KEY, await sealedPushKeys()),
  })
}
