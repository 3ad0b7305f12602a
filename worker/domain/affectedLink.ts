import { z } from 'zod'
import { Name } from './catalogue.ts'
import { Slug } from './identifiers.ts'
import { isUnderWay } from './maintenance.ts'
import { overallStatus } from './overallStatus.ts'
import type { PublicModel } from './publicModel.ts'
import { filterModel, readerFilter, writeFilter } from './readerFilter.ts'

/**
 * "Am I affected" links: a signed token says which part of the status page is a customer's. It is a JSON Web Token
 * (HS256), so that anyone's backend makes one with a page's secret and without asking.
 */

export const AUDIENCES_MAX = 100
const COMPONENTS_MAX = 200
export const AFFECTED_TOKEN_LENGTH_MAX = 6000
/** Seconds, not milliseconds: what is beyond was written in the wrong unit. */
const EXPIRES_AT_MAX = 10_000_000_000

/** A region or a plan, and the components that its customers use. */
export const Audience = z.object({ id: Slug, name: Name, components: z.array(Slug).max(500).default([]) })
export type Audience = z.infer<typeof Audience>

export const AUDIENCE_KINDS = ['regions', 'plans'] as const
export type AudienceKind = (typeof AUDIENCE_KINDS)[number]

/** Which components are whose. A component that no region names is every region's; so with plans. */
export const Audiences = z.object({
  regions: z.array(Audience).max(AUDIENCES_MAX).default([]),
  plans: z.array(Audience).max(AUDIENCES_MAX).default([]),
})
export type Audiences = z.infer<typeof Audiences>

/** What a token says. All that it names has to hold of a component; without any, all components are theirs. */
export const AffectedClaims = z.object({
  /** When it ends, in seconds since 1970. */
  exp: z.number().int().min(0).max(EXPIRES_AT_MAX, 'exp is in seconds'),
  /** Whom it is for, as the page greets them. */
  name: z.string().trim().min(1).max(100).optional(),
  region: Slug.optional(),
  plan: Slug.optional(),
  components: z.array(Slug).max(COMPONENTS_MAX).optional(),
  /** By their names on the page. */
  groups: z.array(z.string().min(1).max(200)).max(COMPONENTS_MAX).optional(),
})
export type AffectedClaims = z.infer<typeof AffectedClaims>

/** Which secrets of a page make links that hold: the present one, and while it is changed the one before. */
export const LiveSecrets = z.object({ current: z.number().int(), previous: z.number().int().nullable() })
export type LiveSecrets = z.infer<typeof LiveSecrets>
export const FIRST_SECRET: LiveSecrets = { current: 1, previous: null }

/** What the reading of links needs, as one stored file: no secret is in it. */
export const LINKS_FILE = 'internal/links.json'
export const LinkSettings = z.object({ audiences: Audiences, live: z.record(z.string(), LiveSecrets) })
export type LinkSettings = z.infer<typeof LinkSettings>
export const NO_LINK_SETTINGS: LinkSettings = { audiences: { regions: [], plans: [] }, live: {} }

const Header = z.object({ alg: z.literal('HS256') })

export type ReadToken =
  | { readonly ok: true; readonly signed: string; readonly signature: string; readonly claims: AffectedClaims }
  | { readonly ok: false; readonly reason: 'malformed' }

/** Takes a token apart. Whether it is genuine is for whoever has the secret to say, before anything else is believed. */
export function readAffectedToken(token: string, decode: (base64url: string) => string): ReadToken {
  const [header = '', payload = '', signature = '', rest] = token.split('.')
  const malformed = { ok: false, reason: 'malformed' } as const
  if (rest !== undefined || signature === '' || token.length > AFFECTED_TOKEN_LENGTH_MAX) return malformed
  try {
    if (!Header.safeParse(JSON.parse(decode(header))).success) return malformed
    const claims = AffectedClaims.safeParse(JSON.parse(decode(payload)))
    return claims.success ? { ok: true, signed: `${header}.${payload}`, signature, claims: claims.data } : malformed
  } catch {
    return malformed
  }
}

export function writeAffectedClaims(
  claims: AffectedClaims,
  encode: (text: string) => string,
): { readonly signed: string } {
  return { signed: `${encode(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))}.${encode(JSON.stringify(claims))}` }
}

export type Verdict = 'affected' | 'maintenance' | 'not_affected' | 'nothing_known'

export interface Affected {
  readonly verdict: Verdict
  /** The part of the page that is theirs. */
  readonly model: PublicModel
  /** The same part as the query of a URL: to subscribe to, and for feeds. */
  readonly query: string
  readonly region: string | null
  readonly plan: string | null
}

/** What the page says to whom a token is for. */
export function affectedBy(whole: PublicModel, claims: AffectedClaims, audiences: Audiences): Affected {
  const region = audiences.regions.find(({ id }) => id === claims.region)
  const plan = audiences.plans.find(({ id }) => id === claims.plan)
  const named = {
    region: claims.region === undefined ? null : (region?.name ?? claims.region),
    plan: claims.plan === undefined ? null : (plan?.name ?? claims.plan),
  }
  const theirs = whole.components.filter(
    ({ id, group }) =>
      isNamed(claims, id, group) &&
      isOf(audiences.regions, claims.region, id) &&
      isOf(audiences.plans, claims.plan, id),
  )
  const isAll = theirs.length === whole.components.length
  const filter = readerFilter({ components: isAll ? [] : theirs.map(({ id }) => id) })
  // An empty choice would be everything, and that is not what they have.
  const model = theirs.length === 0 && !isAll ? { ...whole, ...NOTHING } : filterModel(whole, filter)
  return { verdict: verdictOf(model), model, query: theirs.length === 0 ? '' : writeFilter(filter), ...named }
}

const NOTHING = {
  components: [],
  activeIncidents: [],
  incidents: [],
  maintenances: [],
  ownChanges: [],
  postMortems: [],
  thirdParties: [],
} satisfies Partial<PublicModel>

function isNamed({ components = [], groups = [] }: AffectedClaims, id: string, group: string | null): boolean {
  if (components.length === 0 && groups.length === 0) return true
  return components.includes(id) || (group !== null && groups.includes(group))
}

/** What belongs to every region, or to every plan: none of them names it. */
export function everybodys<Component extends { readonly id: string }>(
  all: readonly Audience[],
  components: readonly Component[],
): Component[] {
  return components.filter(({ id }) => !all.some((each) => each.components.includes(id)))
}

/** A region that nobody has configured has what is everybody's. */
function isOf(all: Audiences['regions'], wanted: string | undefined, component: string): boolean {
  if (wanted === undefined) return true
  const having = all.filter(({ components }) => components.includes(component))
  return having.length === 0 || having.some(({ id }) => id === wanted)
}

/** Of components that are not there nothing is known; that is not the same as well. */
function verdictOf(model: PublicModel): Verdict {
  if (model.components.length === 0) return 'nothing_known'
  const { indicator } = overallStatus(model)
  if (indicator !== 'none' && indicator !== 'maintenance') return 'affected'
  return indicator === 'maintenance' || model.maintenances.some(({ status }) => isUnderWay(status))
    ? 'maintenance'
    : 'not_affected'
}
