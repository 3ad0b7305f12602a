import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Alert } from '../../domain/alert.ts'
import { alertTitle, isFiring } from '../../domain/alert.ts'
import type { Integration } from '../../domain/integration.ts'
import { jsonIn } from '../../domain/jsonText.ts'
import type { KeptMessage, KeptReceived, Received } from '../../domain/received.ts'
import { compileJudge, type Judge } from '../../domain/triage.ts'
import { compileLinearRegex } from '../../storage/linearRegex.ts'
import type { HttpEnv } from '../env.ts'
import { MailMessage } from '../intake/emailMessage.ts'
import { EXPRESSION_LENGTH_MAX, expressionFault } from '../intake/jsonMapping.ts'
import { faultText } from '../intake/json.ts'
import type { WouldBecome } from '../intake/takeIn.ts'
import { mappedWith, takeIn, wouldBecome } from '../intake/takeIn.ts'
import { SAVED_IN_BETWEEN } from '../integrations.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { readFormValues, valueOf } from './forms.ts'
import { kindOf } from './integrationKinds.ts'
import { backTo, withIntegration } from './integrations.ts'
import type { MappingView, MessageView, ShownAlert, ShownOutcome } from './integrationViews.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { FormState } from './views.ts'

/** What an integration sent, as received; what it would become today; and the mapping of a JSON integration. */

const ADMIN = { role: 'admin' } as const
const ALERTS_SHOWN_MAX = 50
const MESSAGES_TO_TRY_MAX = 20
const PASTED_LENGTH_MAX = 256 * 1024

const CUT = 'Only its beginning is kept, so it cannot be read again.'

export function integrationMessagePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const messagePage = async (c: Context<HttpEnv>, known: Integration, kept: KeptReceived, more: MessageMore = {}) =>
    answerPage(
      render,
      '/console/integration-message',
      await messageView(c, known, kept, more),
      more.error === undefined ? 200 : 422,
    )
  const mappingPage = async (c: Context<HttpEnv>, known: Integration, more: MappingMore, status = 200) =>
    answerPage(render, '/console/integration-mapping', await mappingView(c, known, more), status)

  routes.get('/console/integrations/:id/received/:message', allow(ADMIN), (c) =>
    withMessage(c, async (known, kept) => {
      if (c.req.query('replay') === undefined) return messagePage(c, known, kept)
      if (kept.isCut) return messagePage(c, known, kept, { error: CUT })
      const outcome = await wouldBecome(c, known, kept.received, Date.now())
      return messagePage(c, known, kept, { outcome: await shownOutcome(c, outcome) })
    }),
  )

  routes.post('/console/integrations/:id/received/:message/take', allow(ADMIN), (c) =>
    withMessage(c, async (known, kept) => {
      if (kept.isCut) return messagePage(c, known, kept, { error: CUT })
      const taken = await takeIn(c, known, kept.received, Date.now())
      if (!taken.ok) return messagePage(c, known, kept, { error: `It was refused: ${taken.reason}` })
      return backTo(c, known, 'taken', taken.incidentIds)
    }),
  )

  routes.get('/console/integrations/:id/mapping', allow(ADMIN), (c) =>
    withJson(c, async (known) => {
      const [current] = await desk(c).mappings(known.id)
      const message = c.req.query('message') ?? ''
      const values = { expression: current?.expression ?? '', version: String(current?.version ?? 0), message }
      return mappingPage(c, known, { form: { values, errors: {} } })
    }),
  )

  routes.post('/console/integrations/:id/mapping/try', allow(ADMIN), (c) =>
    withJson(c, async (known) => {
      const values = await readFormValues(c)
      const form = { values, errors: {} }
      const expression = valueOf(values, 'expression')
      const received = await messageToTry(c, known, values)
      if (typeof received === 'string') return mappingPage(c, known, { form, error: received }, 422)
      const outcome = await mappedWith(expression.slice(0, EXPRESSION_LENGTH_MAX + 1), received, Date.now())
      return mappingPage(c, known, { form, outcome: await shownOutcome(c, outcome) })
    }),
  )

  routes.post('/console/integrations/:id/mapping', allow(ADMIN), (c) =>
    withJson(c, async (known) => {
      const values = await readFormValues(c)
      const expression = valueOf(values, 'expression')
      const fault = expression === '' ? null : expressionFault(expression)
      if (fault !== null) {
        const form = { values, errors: { expression: faultText(fault) } }
        return mappingPage(c, known, { form }, 422)
      }
      const expectedVersion = Number(valueOf(values, 'version'))
      const wanted = { expression, expectedVersion, by: c.var.principal.name }
      const version = await desk(c).saveMapping(known.id, wanted)
      if (version !== null) return c.redirect(`/console/integrations/${known.id}/mapping?done=saved`, 303)
      const [theirs] = await desk(c).mappings(known.id)
      const form = { values: { ...values, version: String(theirs?.version ?? 0) }, errors: {} }
      return mappingPage(c, known, { form, error: SAVED_IN_BETWEEN }, 409)
    }),
  )

  return routes
}

interface MessageMore {
  readonly outcome?: ShownOutcome
  readonly error?: string
}

interface MappingMore extends MessageMore {
  readonly form: FormState
}

function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

function withMessage(
  c: Context<HttpEnv>,
  act: (known: Integration, kept: KeptReceived) => Promise<Response>,
): Promise<Response> {
  return withIntegration(c, async (known) => {
    const id = Number(c.req.param('message'))
    const kept = Number.isSafeInteger(id) ? await desk(c).receivedMessage(id) : null
    return kept === null || kept.integrationId !== known.id ? handleNotFound(c) : act(known, kept)
  })
}

function withJson(c: Context<HttpEnv>, act: (known: Integration) => Promise<Response>): Promise<Response> {
  return withIntegration(c, async (known) => (known.source === 'json' ? act(known) : handleNotFound(c)))
}

/** What was pasted, else the message that was chosen; a text says what is wrong. */
async function messageToTry(c: Context<HttpEnv>, known: Integration, values: FormState['values']) {
  const pasted = valueOf(values, 'pasted')
  if (pasted.length > PASTED_LENGTH_MAX) return 'At most 256 KiB can be tried here.'
  if (pasted !== '') return { contentType: 'application/json', headers: {}, body: pasted } satisfies Received
  const id = Number(valueOf(values, 'message'))
  const kept = id > 0 && Number.isSafeInteger(id) ? await desk(c).receivedMessage(id) : null
  if (kept === null || kept.integrationId !== known.id) return 'Choose a message that was received, or paste one.'
  return kept.isCut ? CUT : kept.received
}

async function shownOutcome(c: Context<HttpEnv>, outcome: WouldBecome): Promise<ShownOutcome> {
  if (!outcome.ok) return outcome
  const judge = compileJudge(await desk(c).organisation(), compileLinearRegex)
  const nowMs = Date.now()
  return {
    ok: true,
    alerts: outcome.alerts.slice(0, ALERTS_SHOWN_MAX).map((alert) => shownAlert(alert, judge, nowMs)),
    more: Math.max(0, outcome.alerts.length - ALERTS_SHOWN_MAX),
    changes: outcome.changes,
  }
}

function shownAlert(alert: Alert, judge: Judge, nowMs: number): ShownAlert {
  const { fingerprint, labels, annotations, startsAtMs } = alert
  return {
    title: alertTitle(alert),
    fingerprint,
    isFiring: isFiring(alert, nowMs),
    labels: Object.entries(labels),
    annotations: Object.entries(annotations),
    startsAtMs,
    judged: judge(alert).trail,
  }
}

async function messageView(
  c: Context<HttpEnv>,
  known: Integration,
  kept: KeptReceived,
  { outcome, error }: MessageMore,
): Promise<MessageView> {
  const { received, ...message } = kept
  const { id, name, source, revokedAtMs } = known
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: null,
    integration: { id, name, kind: kindOf(source), isLive: revokedAtMs === null },
    message,
    contentType: received.contentType,
    headers: Object.entries(received.headers),
    body: pretty(received.body),
    read: null,
    ...(source === 'email' ? asMail(received.body) : {}),
    outcome: outcome ?? null,
    error: error ?? null,
    mappingUrl: source === 'json' ? `/console/integrations/${id}/mapping?message=${message.id}` : null,
  }
}

async function mappingView(
  c: Context<HttpEnv>,
  { id, name }: Integration,
  { form, outcome, error }: MappingMore,
): Promise<MappingView> {
  const [versions, messages, timeZone] = await Promise.all([
    desk(c).mappings(id),
    desk(c).receivedMessages(id, MESSAGES_TO_TRY_MAX),
    timeZoneOf(c.env),
  ])
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: c.req.query('done') === 'saved' ? 'The mapping is saved. The next message goes through it.' : null,
    integration: { id, name },
    version: versions[0]?.version ?? 0,
    versions,
    form,
    messages: messages
      .filter(({ isCut }) => !isCut)
      .map((message) => ({ value: String(message.id), label: messageLabel(message, timeZone) })),
    outcome: outcome ?? null,
    error: error ?? null,
  }
}

function messageLabel({ atMs, refused, fingerprints }: KeptMessage, timeZone: string): string {
  const at = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(atMs)
  const became = fingerprints.length === 1 ? '1 alert' : `${fingerprints.length} alerts`
  return `${at}: ${fingerprints.length === 0 && refused !== null ? `refused, ${refused.slice(0, 60)}` : became}`
}

/** A mail as it came, and apart from it what was read of it; nothing of a message that only says what a mail would. */
function asMail(body: string): Partial<Pick<MessageView, 'contentType' | 'body' | 'read'>> {
  const parsed = MailMessage.safeParse(jsonIn(body))
  if (!parsed.success || parsed.data.raw === undefined) return {}
  const { raw, ...read } = parsed.data
  return { contentType: 'message/rfc822', body: raw, read: JSON.stringify(read, null, 2) }
}

/** JSON with its levels on lines of their own; whatever else it is, as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
