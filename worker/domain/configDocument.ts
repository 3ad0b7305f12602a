import type { z } from 'zod'
import { sameDocument } from './configDiff.ts'
import type { DanglingReference } from './danglingReference.ts'
import { Organisation, OrganisationAsStored } from './organisation.ts'

/** The configuration as a document: what has to be written in it, and what has no place there. */

/** Without what is a secret: it is never kept, shown or compared. */
export function withoutTokens(organisation: Organisation): Organisation {
  return {
    ...organisation,
    connections: organisation.connections.map(({ bearerToken: _secret, ...connection }) => connection),
  }
}

export type ReadBack =
  | { readonly ok: true; readonly organisation: Organisation }
  | { readonly ok: false; readonly errors: readonly DanglingReference[] }

/**
 * What a change comes to, as it will be read: no field that is undefined, and every default in its place. What is too
 * long already may stay as long as it is, or nothing else could be changed any more.
 */
export function readBack(before: Organisation | null, after: Organisation): ReadBack {
  const document: unknown = JSON.parse(JSON.stringify(after))
  const { data, error } = Organisation.safeParse(document)
  if (data !== undefined) return { ok: true, organisation: data }
  const errors = error.issues.filter((issue) => !isLongAlready(issue, before, after))
  if (errors.length === 0) return { ok: true, organisation: OrganisationAsStored.parse(document) }
  return { ok: false, errors: errors.map(({ path, message }) => ({ path: path.map(String).join('.'), message })) }
}

function isLongAlready({ code, path }: z.core.$ZodIssue, before: Organisation | null, after: Organisation): boolean {
  if (code !== 'too_big' || path.length !== 1) return false
  const [old, now] = [before, after].map((side) => Object.entries({ ...side }).find(([kind]) => kind === path[0])?.[1])
  return Array.isArray(old) && Array.isArray(now) && now.length <= old.length
}

/** What a person would write: fields in the schema's order, and none that say what holds anyway. */
export function withoutDefaults(organisation: Organisation): Record<string, unknown> {
  return written(Organisation, organisation) as Record<string, unknown>
}

/** Where a document says something that the schema has no field for, such as a name with a slip in it. */
export function unknownFields(sent: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  return strangers(Organisation, sent, path)
}

/** The parts of zod's schemas that documents are made of; anything else is a plain value. */
function written(schema: z.core.$ZodType, value: unknown): unknown {
  const { kind, shape, element } = shapeOf(schema, value)
  if (kind === 'list' && Array.isArray(value)) return value.map((entry) => written(element, entry))
  if (kind !== 'fields' || !isFields(value)) return value
  return Object.fromEntries(
    Object.entries(shape).flatMap(([key, field]) => {
      const held = value[key]
      if (held === undefined || isDefault(field, held)) return []
      return [[key, written(field, held)]]
    }),
  )
}

function strangers(schema: z.core.$ZodType, value: unknown, path: readonly (string | number)[]): (string | number)[][] {
  const { kind, shape, element } = shapeOf(schema, value)
  if (kind === 'list' && Array.isArray(value))
    return value.flatMap((entry, i) => strangers(element, entry, [...path, i]))
  if (kind !== 'fields' || !isFields(value)) return []
  return Object.entries(value).flatMap(([key, held]) => {
    if (held === undefined) return []
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    return field === undefined ? [[...path, key]] : strangers(field, held, [...path, key])
  })
}

type Shape =
  | { readonly kind: 'fields'; readonly shape: Readonly<Record<string, z.core.$ZodType>>; readonly element?: never }
  | { readonly kind: 'list'; readonly element: z.core.$ZodType; readonly shape?: never }
  | { readonly kind: 'plain'; readonly element?: never; readonly shape?: never }

function shapeOf(schema: z.core.$ZodType, value: unknown): Shape {
  const def = defOf(schema)
  if (def.type === 'default' || def.type === 'optional' || def.type === 'nullable') return shapeOf(def.innerType, value)
  if (def.type === 'object') return { kind: 'fields', shape: def.shape }
  if (def.type === 'array') return { kind: 'list', element: def.element }
  const chosen = def.type === 'union' ? def.options.find((option) => accepts(option, value)) : undefined
  return chosen === undefined ? { kind: 'plain' } : shapeOf(chosen, value)
}

/** What a schema of ours is made of: they are all of zod's classic kind, whose definitions are public. */
function defOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  return (schema as unknown as { readonly def: z.core.$ZodTypes['_zod']['def'] }).def
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success
}

function isDefault(schema: z.core.$ZodType, value: unknown): boolean {
  const def = defOf(schema)
  return def.type === 'default' && sameDocument(value, def.defaultValue)
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
