import type { Alert } from './alert.ts'
import { readQuantity } from './quantity.ts'

/** What a problem does to people, as alerts say it or a query measures it. Pure. */

export interface Impact {
  /** People. */
  readonly affectedUsers: number | null
  /** Of all users, from 0 to 1, when somebody said so; else `shareOf` has it from the number of users. */
  readonly affectedShare: number | null
  /** Of requests, from 0 to 1. */
  readonly errorRate: number | null
  readonly kind: 'security' | 'data_loss' | null
}

export const NO_IMPACT: Impact = { affectedUsers: null, affectedShare: null, errorRate: null, kind: null }

/** A service that does not say how many use it is taken to be used by so many. */
const USERS_ASSUMED = 100_000
const USERS_MAX = 10_000_000_000

/** Names are compared without case and without what separates their words. */
const USERS = ['affectedusers', 'usersaffected', 'affectedcustomers', 'customersaffected', 'impactedusers']
const SHARE = ['affectedshare', 'affectedpercent', 'affectedpercentage']
const ERROR_RATE = ['errorrate', 'errorratio', 'failurerate']
const KIND = ['impact', 'category']

/** Annotations first: they are written for people, about this very firing. */
export function impactOf({ labels, annotations }: Pick<Alert, 'labels' | 'annotations'>): Impact {
  return [annotations, labels].flatMap((texts) => Object.entries(texts)).reduce(withText, NO_IMPACT)
}

/** Of several accounts of one problem the worst of each. The order does not matter. */
export function worstImpact(impacts: readonly Impact[]): Impact {
  return impacts.reduce(
    (worst, impact) => ({
      affectedUsers: larger(worst.affectedUsers, impact.affectedUsers),
      affectedShare: larger(worst.affectedShare, impact.affectedShare),
      errorRate: larger(worst.errorRate, impact.errorRate),
      kind: worstKind(worst.kind, impact.kind),
    }),
    NO_IMPACT,
  )
}

/** The share of a service's users; null when nobody said anything of users. */
export function shareOf({ affectedUsers, affectedShare }: Impact, users: number | null): number | null {
  const counted = affectedUsers === null ? null : Math.min(1, affectedUsers / (users ?? USERS_ASSUMED))
  return larger(counted, affectedShare)
}

function withText(impact: Impact, [name, text]: [name: string, text: string]): Impact {
  const word = name.toLowerCase().replaceAll(/[-_. ]/g, '')
  if (USERS.includes(word)) return withUsers(impact, text)
  if (SHARE.includes(word)) return { ...impact, affectedShare: impact.affectedShare ?? readShare(text) }
  if (ERROR_RATE.includes(word)) return { ...impact, errorRate: impact.errorRate ?? readShare(text) }
  if (KIND.includes(word)) {
    const kind = kindIn(text)
    if (kind !== null) return { ...impact, kind: worstKind(impact.kind, kind) }
    return word === 'impact' ? withWords(impact, text) : impact
  }
  if (word === 'security' || word === 'dataloss') {
    if (!/^(true|yes|1)$/i.test(text.trim())) return impact
    return { ...impact, kind: worstKind(impact.kind, word === 'security' ? 'security' : 'data_loss') }
  }
  return impact
}

function withUsers(impact: Impact, text: string): Impact {
  const quantity = readQuantity(text, 'thousands')
  if (quantity?.isPercent === true) return { ...impact, affectedShare: impact.affectedShare ?? readShare(text) }
  return { ...impact, affectedUsers: impact.affectedUsers ?? people(quantity?.value) }
}

/** `impact` in words: “1,200 users”, “5% of users”, “12% of requests”. */
function withWords(impact: Impact, text: string): Impact {
  const quantity = readQuantity(text, 'thousands')
  if (quantity === null) return impact
  if (quantity.isPercent)
    return /request|error|call/.test(quantity.rest)
      ? { ...impact, errorRate: impact.errorRate ?? readShare(text) }
      : { ...impact, affectedShare: impact.affectedShare ?? readShare(text) }
  return /^(users|customers|people)\b/.test(quantity.rest)
    ? { ...impact, affectedUsers: impact.affectedUsers ?? people(quantity.value) }
    : impact
}

/** Above 1 it can only be a percentage. */
function readShare(text: string): number | null {
  const quantity = readQuantity(text, 'fraction')
  if (quantity === null) return null
  const share = quantity.isPercent || quantity.value > 1 ? quantity.value / 100 : quantity.value
  return share <= 1 ? share : null
}

function people(value: number | undefined): number | null {
  return value === undefined || value > USERS_MAX ? null : Math.ceil(value)
}

function kindIn(text: string): Impact['kind'] {
  const word = text.trim().toLowerCase().replaceAll(/[-_ ]/g, '')
  if (word === 'dataloss' || word === 'datacorruption') return 'data_loss'
  return word === 'security' || word === 'breach' ? 'security' : null
}

function worstKind(a: Impact['kind'], b: Impact['kind']): Impact['kind'] {
  return a === 'data_loss' || b === 'data_loss' ? 'data_loss' : (a ?? b)
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
