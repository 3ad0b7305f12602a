import type { ConfigChange } from '../domain/configDiff.ts'
import { configDiff, summaryOf } from '../domain/configDiff.ts'
import { faultOfPage } from '../domain/furtherPage.ts'
import type { Organisation } from '../domain/organisation.ts'
import { OrganisationForAlerts } from '../domain/organisation.ts'
import type { ChangeOptions, ConfigNote } from '../storage/configVersions.ts'
import { database } from '../storage/database.ts'
import { onCallPlan } from '../storage/onCall.ts'
import { loadOrganisation, saveOrganisation } from '../storage/organisation.ts'
import type { OrganisationChange, StoredOrganisation } from '../storage/organisation.ts'
import { faultsOf, newFaultsOf } from './configFaults.ts'
import type { PlacedError } from './configText.ts'
import { pushStatusPages } from './pushStatusPages.ts'
import { errorLine } from './configText.ts'

/** The one door through which the configuration is changed: by the API, the command line and every form of the console. */

const ERRORS_SHOWN_MAX = 50

/** What a document would change, or has changed. */
export interface ConfigPlan {
  /** The version that it is compared with. */
  readonly version: number
  readonly summary: string
  readonly changes: readonly ConfigChange[]
  /** Tokens are in no document that is kept, so that what happens to them is said here. */
  readonly tokens: readonly { readonly connection: string; readonly what: 'set' | 'taken_away' }[]
}

export type ConfigRefusalCode =
  | 'invalid'
  | 'conflict'
  | 'email_taken'
  | 'last_admin'
  | 'stale_version'
  | 'too_large'
  | 'busy'

export interface ConfigRefusal {
  readonly ok: false
  readonly status: 409 | 422 | 503
  readonly code: ConfigRefusalCode
  readonly detail: string
  /** What is wrong with the document, where that is why. */
  readonly errors: readonly PlacedError[]
  /** The present version, where somebody else has made it. */
  readonly version?: number
}

export interface ConfigApplied {
  readonly ok: true
  /** The version that holds now: a new one, unless nothing changed. */
  readonly version: number
  readonly organisation: Organisation
  readonly plan: ConfigPlan
}

/** Makes `wanted` the configuration, or with `dryRun` says what that would change. */
export async function applyConfiguration(
  env: Env,
  wanted: Organisation,
  note: ConfigNote,
  options: ChangeOptions = {},
): Promise<ConfigApplied | ConfigRefusal> {
  return save(env, wanted, await faultsOf(database(env.DB), wanted), note, options)
}

async function save(
  env: Env,
  wanted: Organisation,
  faults: readonly PlacedError[],
  note: ConfigNote,
  options: ChangeOptions,
): Promise<ConfigApplied | ConfigRefusal> {
  const all = [...faults, ...faultsOfPages(env, wanted)]
  if (all.length > 0) return invalid(all)
  const saved = await saveOrganisation(database(env.DB), env.MASTER_KEY, wanted, note, Date.now(), options)
  if (!saved.ok) return refusalFor(saved)
  const { version, before, after } = saved
  if (after === null) throw new Error('The configuration was saved and is not there')
  if (options.dryRun !== true) {
    // It is on disk: should an object not answer now, the cron brings it the configuration within a minute.
    await pushOrganisation(env).catch((error: unknown) => console.error('The configuration waits for the cron', error))
  }
  return { ok: true, version, organisation: after, plan: planOf(version, before, after, wanted) }
}

function faultsOfPages(env: Env, { pages }: Organisation): PlacedError[] {
  const { hostname } = new URL(env.PUBLIC_URL)
  return pages.flatMap((page, i) => {
    const fault = faultOfPage(page, pages, hostname)
    return fault === null ? [] : [{ path: `pages.${i}.${fault.field}`, message: fault.message }]
  })
}

/**
 * Changes a part of what is configured. Another change that comes in between is kept: the edit is made again on it. An
 * edit that cannot be made any more says why.
 */
export async function editConfiguration(
  env: Env,
  edit: (present: Organisation) => Organisation | string,
  note: ConfigNote,
  options: ChangeOptions = {},
): Promise<ConfigApplied | ConfigRefusal> {
  const db = database(env.DB)
  for (let attempt = 0; attempt < 3; attempt++) {
    const stored = await loadOrganisation(db)
    if (stored === null) return refusalOf('invalid', 'Nothing has been configured yet. Name the status page first.')
    const { version, organisation } = stored
    const wanted = edit(organisation)
    if (typeof wanted === 'string') return refusalOf('conflict', wanted)
    const faults = await newFaultsOf(db, organisation, wanted)
    const expectedVersion = options.expectedVersion ?? version
    const answer = await save(env, wanted, faults, note, { ...options, expectedVersion })
    if (answer.ok || answer.code !== 'stale_version' || options.expectedVersion !== undefined) return answer
  }
  return refusalOf('busy', BUSY)
}

export function planOf(
  version: number,
  before: Organisation | null,
  after: Organisation,
  wanted?: Organisation,
): ConfigPlan {
  const changes = configDiff({ ...before }, { ...after })
  const tokens = (wanted?.connections ?? []).flatMap(({ id, bearerToken }) =>
    bearerToken === undefined
      ? []
      : [{ connection: id, what: bearerToken === '' ? ('taken_away' as const) : ('set' as const) }],
  )
  return { version, summary: summaryOf(changes), changes, tokens }
}

const BUSY = 'Others are changing the configuration at this moment. Nothing was changed; try again.'

/** Also for changes of people and playbooks, which are part of it. */
export function refusalFor(refused: Extract<OrganisationChange, { readonly ok: false }>): ConfigRefusal {
  switch (refused.reason) {
    case 'email_taken':
      return refusalOf('email_taken', `The address ${refused.email} belongs to someone else already.`)
    case 'last_admin':
      return refusalOf('last_admin', 'No admin would be left. Give someone the role before you take it here.')
    case 'stale_version':
      return {
        ...refusalOf(
          'stale_version',
          `The configuration is at version ${refused.version} by now: someone changed it. Look at what they changed and try again.`,
        ),
        version: refused.version,
      }
    case 'too_large':
      return refusalOf(
        'too_large',
        `The document may have at most ${refused.bytesMax} bytes as JSON, so that its versions can be kept.`,
      )
    case 'invalid':
      return invalid(refused.errors)
    case 'busy':
      return refusalOf('busy', BUSY)
  }
}

const STATUS = {
  invalid: 422,
  conflict: 409,
  too_large: 422,
  email_taken: 409,
  last_admin: 409,
  stale_version: 409,
  busy: 503,
} as const satisfies Record<ConfigRefusalCode, ConfigRefusal['status']>

function refusalOf(code: ConfigRefusalCode, detail: string): ConfigRefusal {
  return { ok: false, status: STATUS[code], code, detail, errors: [] }
}

function invalid(errors: readonly PlacedError[]): ConfigRefusal {
  const detail = errors[0] === undefined ? 'The configuration is not valid.' : errorLine(errors[0])
  return { ...refusalOf('invalid', detail), errors: errors.slice(0, ERRORS_SHOWN_MAX) }
}

/** Brings the objects the configuration as it is stored. They write nothing when it is what they have. */
export async function pushOrganisation(env: Env): Promise<void> {
  const stored = await loadOrganisation(database(env.DB))
  if (stored !== null) await push(env, stored)
}

async function push(env: Env, stored: StoredOrganisation): Promise<void> {
  const { version, organisation } = stored
  const { statusPage, components } = organisation
  await Promise.all([
    env.ALERT_DESK.getByName('main').useOrganisation(version, OrganisationForAlerts.parse(organisation)),
    pushOnCallPlan(env),
    env.HEARTBEAT_DESK.getByName('main').useHeartbeats(version, organisation.heartbeats),
    pushStatusPages(env, stored),
    env.METRIC_DESK.getByName('main').useMetrics(version, statusPage.metrics),
    env.COMPONENT_DESK.getByName('main').useSettings(version, {
      components: components.map(({ id, name: title, group = null }) => ({ id, name: title, group })),
      rules: statusPage.componentRules,
      noticeSeconds: statusPage.undo.noticeSeconds,
      dependencies: statusPage.dependencies,
    }),
  ])
}

/** For the time when D1 does not answer and someone has to be paged all the same. */
async function pushOnCallPlan(env: Env): Promise<void> {
  const plan = await onCallPlan(database(env.DB), Date.now())
  await env.ALERT_DESK.getByName('main').useOnCallPlan(plan)
}

/** Goes back to an old document. People are not taken back in, nor given back a role, by going back. */
export function restoreConfiguration(
  env: Env,
  old: Organisation,
  note: ConfigNote,
  options: ChangeOptions,
): Promise<ConfigApplied | ConfigRefusal> {
  return editConfiguration(env, ({ responders }) => ({ ...old, responders }), note, options)
}
