import { z } from 'zod'
import type { Incident } from '../../domain/incident.ts'
import type { FoundAlert } from './opsgenieWire.ts'
import { NewAlert, shownAlert } from './opsgenieWire.ts'

/** Lists of alerts as Opsgenie's API has them: the part of its search language that scripts use, order and paging. */

const SORTS = ['createdAt', 'updatedAt', 'tinyId', 'alias', 'message', 'status'] as const

export const Listing = z.object({
  offset: z.coerce.number('should be a number').int().min(0).max(20_000).default(0),
  limit: z.coerce.number('should be a number').int().min(1).max(100, 'should not be more than 100').default(20),
  sort: z.enum(SORTS, `should be one of [ ${SORTS.join(', ')} ]`).default('createdAt'),
  order: z.enum(['asc', 'desc'], 'should be one of [ asc, desc ]').default('desc'),
})

export type Matches = (found: FoundAlert) => boolean

const FIELDS = ['status', 'alias', 'message', 'priority', 'tag', 'entity', 'source', 'tinyid'] as const
type Field = (typeof FIELDS)[number]
const QUERY_LENGTH_MAX = 1000
const TERM = /^\s*(?:and\s+)?(?:([a-z]+)\s*[:=]\s*)?("[^"]*"|[^\s()":=]+)(?=\s|$)/i

/** `status: open AND priority: P1 disk`; what is not understood is said, for a wrong list is worse than none. */
export function parseQuery(query: string): Matches | string {
  if (query.length > QUERY_LENGTH_MAX) return `should not be longer than ${QUERY_LENGTH_MAX} characters`
  const tests: Matches[] = []
  let rest = query.trim()
  while (rest !== '') {
    const [whole = '', name, written = ''] = TERM.exec(rest) ?? []
    const value = written.replaceAll('"', '').toLowerCase()
    const field = FIELDS.find((known) => known === name?.toLowerCase())
    if (whole === '' || (name !== undefined && field === undefined) || /^(or|not|and)$/.test(value))
      return `is not understood at "${rest.slice(0, 50)}"; understood are words and ${FIELDS.join(', ')}, joined by AND`
    tests.push((found) => (field === undefined ? has(found, value) : valuesOf(found, field).includes(value)))
    rest = rest.slice(whole.length).trimStart()
  }
  return (found) => tests.every((test) => test(found))
}

function has(found: FoundAlert, word: string): boolean {
  const { message, description } = bodyOf(found)
  return [message, description, found.alias].some((text) => text.toLowerCase().includes(word))
}

function valuesOf(found: FoundAlert, field: Field): string[] {
  const body = bodyOf(found)
  const values: Record<Field, readonly string[]> = {
    status: [found.isOpen ? 'open' : 'closed'],
    alias: [found.alias],
    message: [body.message],
    priority: [body.priority ?? 'P3'],
    tag: body.tags ?? [],
    entity: [body.entity],
    source: [body.source],
    tinyid: [String(found.tiny)],
  }
  return values[field].map((value) => value.toLowerCase())
}

function bodyOf(found: FoundAlert) {
  return NewAlert.parse(JSON.parse(found.body))
}

export function compareBy(sort: z.infer<typeof Listing>['sort'], a: FoundAlert, b: FoundAlert): number {
  const byAge = a.tiny - b.tiny
  switch (sort) {
    case 'createdAt':
    case 'tinyId':
      return byAge
    case 'updatedAt':
      return a.updatedAtMs - b.updatedAtMs || byAge
    case 'alias':
      return compareTexts(a.alias, b.alias) || byAge
    case 'message':
      return compareTexts(bodyOf(a).message, bodyOf(b).message) || byAge
    case 'status':
      return Number(b.isOpen) - Number(a.isOpen) || byAge
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A list leaves out what only one alert shows. */
export function listedAlert(found: FoundAlert, incident: Incident | null) {
  const {
    description: _description,
    details: _details,
    actions: _actions,
    entity: _entity,
    ...listed
  } = shownAlert(found, incident)
  return listed
}
