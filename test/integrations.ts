import { mustCall } from './api.ts'
import type { Host } from './host.ts'

/** Makes an integration for a kind of sender that the first start makes none for; returns its key. */
export async function makeIntegration(host: Pick<Host, 'url' | 'credentials'>, source: string): Promise<string> {
  const made = await mustCall(host, 'POST', '/integrations', { source, name: `Test of ${source}` })
  return String(made.key)
}
