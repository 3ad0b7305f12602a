import { z } from 'zod'
import { open, seal } from './masterKey.ts'

/** The keys that browsers know this instance by, as they are kept. */

const SEALED_KEYS = 'push sender keys'
const Keys = z.object({ publicKey: z.string(), privateKey: z.looseObject({ kty: z.string() }) })

export async function openPushKeys(masterKey: string, sealed: string) {
  return Keys.parse(JSON.parse(await open(masterKey, SEALED_KEYS, sealed)))
}

export function sealPushKeys(masterKey: string, keys: { readonly publicKey: string; readonly privateKey: JsonWebKey }) {
  return seal(masterKey, SEALED_KEYS, JSON.stringify(keys))
}
