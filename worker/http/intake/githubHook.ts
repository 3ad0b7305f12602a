import type { Context } from 'hono'
import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { readJson } from '../limits.ts'
import { allow } from '../policy.ts'
import { invalid, problem } from '../problem.ts'
import { GITHUB_EVENTS, readGithubEvent } from './githubEvents.ts'
import { desk, refuseForNow, unknownKey } from './hook.ts'
import { notParsed, reasonText, receivedOf } from './parsed.ts'
import { isSignedBy } from './signature.ts'
import { storeChanges } from './storeChanges.ts'

/**
 * `POST /hooks/github/:key`: GitHub's webhooks, always signed. A delivery that comes twice says the same of the same
 * change and writes nothing, so its `X-GitHub-Delivery`, which no signature covers, need not be believed.
 */
export const githubHook = new Hono<HttpEnv>().post('/github/:key', allow('integration'), async (c) => {
  const refusal = await refuseForged(c, c.req.param('key'))
  if (refusal !== null) return refusal
  // A form's only field would hold the same JSON; one way is enough, and GitHub shows this answer to whoever set it up.
  if (c.req.header('Content-Type')?.startsWith('application/x-www-form-urlencoded'))
    return problem(c, 415, 'not_json', 'Set the content type of the webhook to application/json.')

  const name = c.req.header('X-GitHub-Event')
  if (name === 'ping') return c.json({ changes: 0, ping: 'pong' }, 200, NO_STORE)
  const known = GITHUB_EVENTS.find((event) => event === name)
  if (known === undefined) {
    const why = `only ${GITHUB_EVENTS.join(', ')} say anything of a change`
    return c.json({ changes: 0, ignored: why }, 202, NO_STORE)
  }

  const event = readGithubEvent(known, await readJson(c))
  const from = { source: 'github', key: c.req.param('key'), received: await receivedOf(c, ['x-github-event']) } as const
  switch (event.kind) {
    case 'invalid': {
      await desk(c).keepMessage({ ...from, refused: reasonText(notParsed(event.error)) })
      return invalid(c, event.error)
    }
    case 'ignored':
      return c.json({ changes: 0, ignored: event.why }, 202, NO_STORE)
    case 'change':
      await storeChanges(c, 'github', [event.change])
      await desk(c).keepMessage({ ...from, changes: 1 })
      return c.json({ changes: 1 }, 202, NO_STORE)
  }
})

// GitHub sends nothing again by itself, but shows the failure and lets it be sent again.
githubHook.onError(refuseForNow)

const NO_STORE = { 'Cache-Control': 'no-store' }
const SIGNATURE = 'X-Hub-Signature-256'

async function refuseForged(c: Context<HttpEnv>, key: string): Promise<Response | null> {
  const signing = await desk(c).signingOf('github', key)
  if (signing === null) return unknownKey(c)
  const [, signature] = /^sha256=([0-9a-f]+)$/i.exec(c.req.header(SIGNATURE) ?? '') ?? []
  if (signature === undefined)
    return problem(c, 401, 'not_signed', `${SIGNATURE} is missing: give the webhook this integration's secret.`)
  const body = new Uint8Array(await c.req.arrayBuffer())
  if (await isSignedBy(signing.secret, body, signature)) return null
  return problem(c, 401, 'wrong_signature', `${SIGNATURE} is not that of this body with this integration's secret.`)
}
