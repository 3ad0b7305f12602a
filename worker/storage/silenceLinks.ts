import { z } from 'zod'
import { sign, verify } from './masterKey.ts'

/** What the link in the warning that a silence ends carries: which silence, whose, and the end that it moves. */
const Extension = z.object({
  silenceId: z.string(),
  endsAtMs: z.number(),
  responder: z.object({ id: z.string(), name: z.string() }),
})
export type Extension = z.infer<typeof Extension>

const PURPOSE = 'extend silence'

/** It works until the silence ends: afterwards there is nothing to extend. */
export function extensionToken(masterKey: string, of: Extension): Promise<string> {
  return sign(masterKey, PURPOSE, of, of.endsAtMs)
}

export async function readExtensionToken(masterKey: string, token: string, nowMs: number): Promise<Extension | null> {
  const parsed = Extension.safeParse(await verify(masterKey, PURPOSE, token, nowMs))
  return parsed.success ? parsed.data : null
}
