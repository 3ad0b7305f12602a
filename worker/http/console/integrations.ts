import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import { includesRole } from '../../domain/actor.ts'
import type { Integration, NewIntegrationKey } from '../../domain/integration.ts'
import { LIVE_KEYS_MAX } from '../../domain/integration.ts'
import type { KeptCounts } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { takeIn } from '../intake/takeIn.ts'
import { hasTestMessage, testAlias, testMessage } from '../intake/testMessage.ts'
import { NewIntegration, TWO_KEYS } from '../integrations.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { parseForm, readFormValues } from './forms.ts'
import { KINDS, kindOf } from './integrationKinds.ts'
import { integrationSnippets } from './integrationSnippets.ts'
import type { IntegrationsView, IntegrationView, ListedIntegration, NewIntegrationView } from './integrationViews.ts'
import { noticeOf } from './notice.ts'
import { answerPage, readForm } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { ShownOnce } from './signInViews.ts'
import type { FormState } from './views.ts'

/** Integrations: which there are, their keys, their settings to copy, and a test. Plain forms that need no script. */

const MESSAGES_A_PAGE = 20
const ADMIN = { role: 'admin' } as const

const NOTICE: Readonly<Record<string, string>> = {
  key_revoked: 'The key was revoked. Whatever still sends with it is refused from now on.',
  revoked: 'The integration was revoked. Whatever still sends with one of its keys is refused from now on.',
  renamed: 'The name was changed.',
  tested: 'The test was taken in like a real message.',
  test_ended: 'The test has ended.',
  secret: 'The secret was saved. Whatever comes from this sender has to be signed with it from now on.',
  taken: 'The message was taken in again.',
}

const Rename = z.object({ name: z.string().min(1, 'It needs a name.').max(120, 'At most 120 characters.') })

interface Outcome {
  readonly error?: string
  readonly shown?: ShownOnce
  readonly incidentIds?: readonly string[]
}

export function integrationPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, known: Integration, outcome: Outcome, status = 200) =>
    answerPage(render, '/console/integration', await integrationView(c, known, outcome), status)

  routes.get('/console/integrations', allow({ role: 'responder' }), async (c) =>
    answerPage(render, '/console/integrations', await integrationsView(c)),
  )

  routes.get('/console/integrations/new', allow(ADMIN), async (c) => {
    const form = { values: { source: c.req.query('source') ?? '' }, errors: {} }
    return answerPage(render, '/console/new-integration', await newView(c, form))
  })

  routes.post('/console/integrations', allow(ADMIN), async (c) => {
    const values = await readFormValues(c)
    const wanted = NewForm.safeParse(values)
    if (!wanted.success) {
      const form = parseForm(NewForm, values)
      const errors = form.ok ? {} : form.errors
      return answerPage(render, '/console/new-integration', await newView(c, { values, errors }), 422)
    }
    const made = await desk(c).createIntegration({ ...wanted.data, by: c.var.principal.name })
    const known = await desk(c).integration(made.id)
    if (known === null) return handleNotFound(c)
    return page(c, known, { shown: shownKey(c, known, made) })
  })

  routes.get('/console/integrations/:id', allow(ADMIN), (c) => withIntegration(c, (known) => page(c, known, {})))

  routes.post('/console/integrations/:id/rename', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      const form = parseForm(Rename, await readFormValues(c))
      if (!form.ok) return page(c, known, { error: form.errors['name'] ?? 'It needs a name.' }, 422)
      await desk(c).renameIntegration(known.id, form.data.name)
      return backTo(c, known, 'renamed')
    }),
  )

  routes.post('/console/integrations/:id/secret', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      if (known.source !== 'sentry' || known.revokedAtMs !== null)
        return page(c, known, { error: 'This integration takes no secret, or it was revoked.' }, 422)
      const secret = SENDERS_SECRET.safeParse((await readForm(c))('secret'))
      if (!secret.success)
        return page(
          c,
          known,
          { error: 'Copy the client secret from Sentry: it has at least 16 letters and digits.' },
          422,
        )
      await desk(c).useSecret(known.id, secret.data)
      return backTo(c, known, 'secret')
    }),
  )

  routes.post('/console/integrations/:id/keys', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      const added = await desk(c).addIntegrationKey({ integrationId: known.id, by: c.var.principal.name })
      if (!added.ok) return page(c, known, { error: added.reason === 'two_keys' ? TWO_KEYS : REVOKED }, 422)
      return page(c, (await desk(c).integration(known.id)) ?? known, { shown: shownKey(c, known, added) })
    }),
  )

  routes.post('/console/integrations/:id/keys/:keyId/revoke', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      await desk(c).revokeIntegrationKey(known.id, c.req.param('keyId'))
      return backTo(c, known, 'key_revoked')
    }),
  )

  routes.post('/console/integrations/:id/revoke', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      await desk(c).revokeIntegration(known.id)
      return c.redirect('/console/integrations?done=revoked', 303)
    }),
  )

  routes.post('/console/integrations/:id/test', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      const message = testMessage(known, false, Date.now())
      if (message === null) return page(c, known, { error: 'There is no test message for this kind.' }, 422)
      const taken = await takeIn(c, known, message, Date.now())
      if (!taken.ok) return page(c, known, { error: `The test was refused: ${taken.reason}` }, 422)
      return backTo(c, known, 'tested', taken.incidentIds)
    }),
  )

  routes.post('/console/integrations/:id/test/end', allow(ADMIN), (c) =>
    withIntegration(c, async (known) => {
      const refused = await endTest(c, known)
      if (refused !== null) return page(c, known, { error: `The test could not be ended: ${refused}` }, 422)
      return backTo(c, known, 'test_ended')
    }),
  )

  return routes
}

const NewForm = NewIntegration.extend({
  source: z.enum(
    KINDS.map(({ source }) => source),
    'Choose what sends.',
  ),
  name: z
    .string()
    .trim()
    .min(1, 'Give it a name, such as Prometheus in Frankfurt.')
    .max(120, 'At most 120 characters.'),
})

const SENDERS_SECRET = z.string().regex(/^[\x21-\x7e]{16,500}$/)

const REVOKED = 'This integration was revoked.'

function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

/** The integration of the address; a page that says so where there is none. */
export async function withIntegration(
  c: Context<HttpEnv>,
  act: (known: Integration) => Promise<Response>,
): Promise<Response> {
  const known = await desk(c).integration(c.req.param('id') ?? '')
  return known === null ? handleNotFound(c) : act(known)
}

export function backTo(
  c: Context<HttpEnv>,
  { id }: Integration,
  done: string,
  incidentIds: readonly string[] = [],
): Response {
  const query = new URLSearchParams({ done })
  for (const incident of incidentIds.slice(0, 5)) query.append('incident', incident)
  return c.redirect(`/console/integrations/${id}?${query}`, 303)
}

/** Why it could not be ended; null when it was. */
async function endTest(c: Context<HttpEnv>, known: Integration): Promise<string | null> {
  if (known.source === 'opsgenie') {
    await desk(c).changeOpsgenieAlert({
      action: 'Close',
      identifier: { type: 'alias', value: testAlias(known) },
      note: '',
      integration: { id: known.id, name: known.name },
      by: { kind: 'system', name: known.name },
    })
    return null
  }
  const message = testMessage(known, true, Date.now())
  if (message === null) return 'there is no test message for this kind.'
  const taken = await takeIn(c, known, message, Date.now())
  return taken.ok ? null : taken.reason
}

function shownKey(c: Context<HttpEnv>, { name, source }: Integration, made: NewIntegrationKey): ShownOnce {
  return {
    title: `The key for ${name}`,
    explanation: 'Copy it now: only its hash is kept, so it cannot be shown again.',
    value: made.key,
    snippets: integrationSnippets(source, made, c.env.PUBLIC_URL),
  }
}

async function base(c: Context<HttpEnv>) {
  const notice = noticeOf(c, NOTICE)
  return { me: meOf(c), nowMs: Date.now(), timeZone: await timeZoneOf(c.env), notice }
}

async function integrationsView(c: Context<HttpEnv>): Promise<IntegrationsView> {
  const [all, shared] = await Promise.all([desk(c).integrations(), base(c)])
  const listed = all.map((each) => listedIntegration(each, each.kept))
  return {
    ...shared,
    isAdmin: includesRole(shared.me.role, 'admin'),
    integrations: listed.filter(({ revokedAtMs }) => revokedAtMs === null),
    revoked: listed.filter(({ revokedAtMs }) => revokedAtMs !== null),
  }
}

async function newView(c: Context<HttpEnv>, form: FormState): Promise<NewIntegrationView> {
  return { ...(await base(c)), kinds: KINDS, form }
}

async function integrationView(c: Context<HttpEnv>, known: Integration, outcome: Outcome): Promise<IntegrationView> {
  const before = Number(c.req.query('before'))
  const [messages, mappings, topics, withSecret, all, shared] = await Promise.all([
    desk(c).receivedMessages(known.id, MESSAGES_A_PAGE + 1, before > 0 ? before : undefined),
    known.source === 'json' ? desk(c).mappings(known.id) : null,
    known.source === 'sns' ? desk(c).topics() : null,
    known.source === 'sentry' ? desk(c).integrationsWithSecret() : null,
    desk(c).integrations(),
    base(c),
  ])
  const { id, name, source, revokedAtMs } = known
  const shown = messages.slice(0, MESSAGES_A_PAGE)
  const last = shown.at(-1)
  const [mapping] = mappings ?? []
  const isOnPage = c.req.method === 'GET'
  return {
    ...shared,
    notice: isOnPage ? shared.notice : null,
    integration: {
      id,
      name,
      kind: kindOf(source),
      revokedAtMs,
      kept: all.find((each) => each.id === id)?.kept ?? { taken: 0, refused: 0, lastAtMs: null },
    },
    error: outcome.error ?? null,
    shown: outcome.shown ?? null,
    snippets: integrationSnippets(source, { key: 'YOUR-KEY', secret: 'YOUR-SECRET' }, c.env.PUBLIC_URL),
    keys: known.keys,
    mayAddKey: revokedAtMs === null && known.keys.filter((key) => key.revokedAtMs === null).length < LIVE_KEYS_MAX,
    hasTest: revokedAtMs === null && hasTestMessage(source),
    canEndTest: source !== 'github',
    mapping: mappings === null ? null : { version: mapping?.version ?? 0, isSet: (mapping?.expression ?? '') !== '' },
    topics: topics?.filter(({ integrationId }) => integrationId === id).map(({ arn }) => arn) ?? null,
    hasSecret: withSecret?.includes(id) ?? null,
    messages: shown,
    older:
      messages.length > MESSAGES_A_PAGE && last !== undefined
        ? `/console/integrations/${id}?before=${last.id}#received`
        : null,
    incidentIds: isOnPage ? (c.req.queries('incident') ?? []).filter((text) => /^[0-9a-z]{1,40}$/.test(text)) : [],
  }
}

function listedIntegration({ id, name, source, keys, revokedAtMs }: Integration, kept: KeptCounts): ListedIntegration {
  const used = keys.flatMap(({ lastUsedAtMs }) => (lastUsedAtMs === null ? [] : [lastUsedAtMs]))
  return {
    id,
    name,
    kind: kindOf(source),
    liveKeys: keys.filter((key) => key.revokedAtMs === null).length,
    revokedAtMs,
    lastUsedAtMs: used.length === 0 ? null : Math.max(...used),
    kept,
  }
}
