import type { Context } from 'hono'
import { Hono } from 'hono'
import type { ConfigSource } from '../../../db/schema.ts'
import { describeChange, describeToken, removalsIn } from '../../domain/describeChange.ts'
import type { Organisation } from '../../domain/organisation.ts'
import type { ChangeOptions, ListedVersion } from '../../storage/configVersions.ts'
import { findVersion, latestVersion, listVersions } from '../../storage/configVersions.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import type { ConfigPlan, ConfigRefusal } from '../configuration.ts'
import { applyConfiguration, planOf, restoreConfiguration } from '../configuration.ts'
import { errorLine, organisationFromJson, organisationFromYaml, placedErrors, yamlOf } from '../configText.ts'
import type { LineOf } from '../configText.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type {
  ConfigurationPlanView,
  ConfigurationVersionView,
  ConfigurationView,
  DocumentFormat,
  PlanView,
  VersionRow,
} from './configurationViews.ts'
import { noticeOf } from './notice.ts'
import { answerPage, byConsole } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'

/** The configuration as a document to edit, and the versions it had. Nothing is saved before its plan was shown. */

const VERSIONS_A_PAGE = 20
const MESSAGE_LENGTH_MAX = 300

const WAY: Record<ConfigSource, string> = {
  api: 'by the API',
  console: 'in the console',
  cli: 'by the command line',
  first_start: 'at the first start',
}

const policy = { role: 'admin', scope: 'config:write' } as const

export function configurationPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const editor = async (c: Context<HttpEnv>, sent: Partial<ConfigurationView>, status = 200) =>
    answerPage(render, '/console/configuration', await editorView(c, sent), status)
  const planPage = async (c: Context<HttpEnv>, view: Omit<ConfigurationPlanView, keyof Common>, status = 200) =>
    answerPage(render, '/console/configuration-plan', { ...(await common(c)), ...view }, status)

  routes.get('/console/configuration', allow(policy), (c) => editor(c, {}))

  routes.post('/console/configuration', allow(policy), async (c) => {
    const form = await readDocumentForm(c)
    const parsed = form.format === 'yaml' ? organisationFromYaml(form.document) : organisationFromJson(form.document)
    if (!parsed.ok) return editor(c, { ...form, errors: parsed.errors.map(errorLine) }, 422)
    const { organisation, lineOf } = parsed
    const note = byConsole(c, form.message || null)

    if (form.isConfirmed) {
      const saved = await applyConfiguration(c.env, organisation, note, { expectedVersion: form.version })
      if (saved.ok) return c.redirect('/console/configuration?done=saved', 303)
      if (saved.code !== 'stale_version')
        return editor(c, { ...form, errors: refusalLines(saved, lineOf) }, saved.status)
    }
    const planned = await applyConfiguration(c.env, organisation, note, { dryRun: true })
    if (!planned.ok) return editor(c, { ...form, errors: refusalLines(planned, lineOf) }, planned.status)
    return planPage(c, {
      section: 'settings',
      title: 'What this would change',
      action: '/console/configuration',
      button: 'Save the configuration',
      cancel: '/console/configuration',
      fields: fieldsOf({ ...form, version: planned.version }),
      plan: planView(planned.plan),
      warning: planned.version === form.version ? null : movedOn(planned.version),
      errors: [],
    })
  })

  routes.get('/console/configuration/versions/:version', allow(policy), async (c) => {
    const view = await versionView(c)
    return view === null ? unknownVersion(c) : answerPage(render, '/console/configuration-version', view)
  })

  routes.post('/console/configuration/versions/:version/restore', allow(policy), async (c) => {
    const found = await versionOf(c)
    if (found === null) return unknownVersion(c)
    const form = await c.req.parseBody()
    const note = byConsole(c, `Back to version ${found.version}`)
    const seen = numberOf(form['version'])
    const isConfirmed = form['confirm'] === 'yes'
    const restore = (options: ChangeOptions) => restoreConfiguration(c.env, found.organisation, note, options)
    let answer = await restore({ expectedVersion: seen, dryRun: !isConfirmed })
    if (answer.ok && isConfirmed) return c.redirect('/console/configuration?done=restored', 303)
    // Someone was quicker: what it would change now has to be looked at again.
    const isStale = !answer.ok && answer.code === 'stale_version'
    if (isStale) answer = await restore({ dryRun: true })
    return planPage(
      c,
      {
        section: 'settings',
        title: `Back to version ${found.version}`,
        action: `/console/configuration/versions/${found.version}/restore`,
        button: `Go back to version ${found.version}`,
        cancel: `/console/configuration/versions/${found.version}`,
        fields: [['version', String(answer.ok ? answer.version : seen)]],
        plan: answer.ok ? planView(answer.plan) : EMPTY_PLAN,
        warning: isStale && answer.ok ? movedOn(answer.version) : null,
        errors: answer.ok ? [] : refusalLines(answer, () => undefined),
      },
      answer.ok ? 200 : answer.status,
    )
  })

  return routes
}

const EMPTY_PLAN: PlanView = { summary: '', changes: [], tokens: [], removals: [] }

interface DocumentForm {
  readonly document: string
  readonly format: DocumentFormat
  readonly message: string
  readonly version: number
  readonly isConfirmed: boolean
}

async function readDocumentForm(c: Context<HttpEnv>): Promise<DocumentForm> {
  const form = await c.req.parseBody()
  const text = (name: string) => {
    const value = form[name]
    // Leading spaces mean something in YAML; line ends come as CR LF from browsers.
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''
  }
  return {
    document: text('document'),
    format: text('format') === 'json' ? 'json' : 'yaml',
    message: text('message').trim().slice(0, MESSAGE_LENGTH_MAX),
    version: numberOf(form['version']),
    isConfirmed: text('confirm') === 'yes',
  }
}

function fieldsOf({ document, format, message, version }: DocumentForm): [string, string][] {
  return [
    ['document', document],
    ['format', format],
    ['message', message],
    ['version', String(version)],
  ]
}

function numberOf(value: unknown): number {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0
}

function movedOn(version: number): string {
  return `The configuration was changed by someone else while you worked on yours; it is at version ${version}. What is shown here would undo what they did, where yours does not have it.`
}

function refusalLines({ errors, detail }: ConfigRefusal, lineOf: LineOf): string[] {
  return errors.length === 0 ? [detail] : placedErrors(errors, lineOf).map(errorLine)
}

export function planView({ summary, changes, tokens }: ConfigPlan): PlanView {
  return {
    summary,
    changes: changes.map(describeChange),
    tokens: tokens.map(describeToken),
    removals: removalsIn(changes),
  }
}

const NOTICE: Readonly<Record<string, string>> = {
  saved: 'The configuration is saved.',
  restored: 'The configuration is as it was, as a new version.',
}

type Common = Pick<ConfigurationView, 'me' | 'nowMs' | 'timeZone' | 'notice'>

async function common(c: Context<HttpEnv>): Promise<Common> {
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: noticeOf(c, NOTICE),
  }
}

async function editorView(c: Context<HttpEnv>, sent: Partial<ConfigurationView>): Promise<ConfigurationView> {
  const db = database(c.env.DB)
  const before = numberOf(c.req.query('before'))
  const version = await latestVersion(db)
  const [stored, found, shared] = await Promise.all([
    loadOrganisation(db),
    listVersions(db, before === 0 ? undefined : before, VERSIONS_A_PAGE + 1),
    common(c),
  ])
  const format = sent.format ?? (c.req.query('format') === 'json' ? 'json' : 'yaml')
  const page = found.slice(0, VERSIONS_A_PAGE)
  const last = page.at(-1)
  return {
    ...shared,
    document: stored === null ? EXAMPLE : documentText(stored.organisation, format, version),
    message: '',
    errors: [],
    version,
    ...sent,
    format,
    versions: page.map(versionRow),
    older:
      found.length > page.length && last !== undefined
        ? `/console/configuration?before=${last.version}#versions`
        : null,
  }
}

const EXAMPLE = 'statusPage:\n  name: Our services\n  timeZone: Etc/UTC\n'

function documentText(organisation: Organisation, format: DocumentFormat, version: number): string {
  if (format === 'json') return `${JSON.stringify(organisation, null, 2)}\n`
  return yamlOf(organisation, version === 0 ? 'The configuration.' : `The configuration, version ${version}.`)
}

function versionRow({ version, atMs, by, source, message, summary }: ListedVersion): VersionRow {
  return { version, atMs, by: by.name, way: WAY[source], message, summary }
}

async function versionView(c: Context<HttpEnv>): Promise<ConfigurationVersionView | null> {
  const found = await versionOf(c)
  if (found === null) return null
  const db = database(c.env.DB)
  const present = await latestVersion(db)
  const [previous, stored, shared] = await Promise.all([
    findVersion(db, found.version - 1),
    loadOrganisation(db),
    common(c),
  ])
  const isFirst = found.version === 1
  return {
    ...shared,
    version: versionRow(found),
    present,
    hash: found.hash,
    changed:
      previous === null && !isFirst
        ? null
        : planView(planOf(found.version - 1, previous?.organisation ?? null, found.organisation)),
    sincePresent:
      stored === null || present === found.version
        ? null
        : planView(planOf(found.version, found.organisation, stored.organisation)),
    yaml: yamlOf(found.organisation, `Version ${found.version}.`),
  }
}

async function versionOf(c: Context<HttpEnv>) {
  return findVersion(database(c.env.DB), numberOf(c.req.param('version')))
}

function unknownVersion(c: Context<HttpEnv>): Response {
  return problem(c, 404, 'unknown_version', 'There is no such version of the configuration, or it is no longer kept.')
}
