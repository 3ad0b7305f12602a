/**
 * What stands between two configurations, as people read it: by kind and id what is added, removed, changed or moved.
 * Nothing is left out: the difference is empty exactly when the two are equal.
 */

export type ConfigChange =
  | { readonly what: 'added'; readonly kind: string; readonly id: string; readonly name: string | null }
  | { readonly what: 'removed'; readonly kind: string; readonly id: string; readonly name: string | null }
  | {
      readonly what: 'changed'
      readonly kind: string
      /** Null for what there is one of, such as the status page. */
      readonly id: string | null
      readonly name: string | null
      readonly fields: readonly FieldChange[]
    }
  /** It stands elsewhere in the list of its kind. Places count from 1. */
  | {
      readonly what: 'moved'
      readonly kind: string
      readonly id: string
      readonly name: string | null
      readonly from: number
      readonly to: number
    }

/** A field inside of one thing. Without `before` it is new, without `after` it is gone. */
export type FieldChange =
  | { readonly what: 'set'; readonly path: string; readonly before?: unknown; readonly after?: unknown }
  | { readonly what: 'moved'; readonly path: string; readonly from: number; readonly to: number }

type Fields = Readonly<Record<string, unknown>>

/** Both as documents are: JSON values, where a field that is undefined is not there. */
export function configDiff(before: Fields, after: Fields): ConfigChange[] {
  return keysOf(before, after).flatMap((kind) => {
    const [old, now] = [before[kind], after[kind]]
    if (isList(old ?? now) && [old, now].every((side) => side === undefined || isListOfThings(side)))
      return changesOfKind(kind, asThings(old), asThings(now))
    const fields = fieldChanges('', old, now)
    return fields.length === 0 ? [] : [{ what: 'changed' as const, kind, id: null, name: null, fields }]
  })
}

/** One line: "2 added, 1 changed, 1 removed". */
export function summaryOf(changes: readonly ConfigChange[]): string {
  if (changes.length === 0) return 'no changes'
  return (['added', 'changed', 'moved', 'removed'] as const)
    .map((what) => [changes.filter((change) => change.what === what).length, what] as const)
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}

/** Whether two documents say the same. The order of fields says nothing, that of lists does. */
export function sameDocument(before: unknown, after: unknown): boolean {
  return textOf(before) === textOf(after)
}

interface Thing extends Fields {
  readonly id: string
}

function changesOfKind(kind: string, old: readonly Thing[], now: readonly Thing[]): ConfigChange[] {
  const { removed, added, kept, moved } = matched(old, now, ({ id }) => id)
  const named = (thing: Thing) => ({
    kind,
    id: thing.id,
    name: typeof thing['name'] === 'string' ? thing['name'] : null,
  })
  return [
    ...added.map(({ entry }) => ({ what: 'added' as const, ...named(entry) })),
    ...kept.flatMap(({ before, after }) => {
      const fields = fieldChanges('', before, after)
      return fields.length === 0 ? [] : [{ what: 'changed' as const, ...named(after), fields }]
    }),
    ...moved.map(({ entry, from, to }) => ({ what: 'moved' as const, ...named(entry), from, to })),
    ...removed.map(({ entry }) => ({ what: 'removed' as const, ...named(entry) })),
  ]
}

function fieldChanges(path: string, before: unknown, after: unknown): FieldChange[] {
  if (sameDocument(before, after)) return []
  if (isFields(before) && isFields(after))
    return keysOf(before, after).flatMap((key) => fieldChanges(below(path, key), before[key], after[key]))
  if (isList(before) && isList(after)) return entryChanges(path, before, after)
  return [
    {
      what: 'set',
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ]
}

function entryChanges(path: string, before: readonly unknown[], after: readonly unknown[]): FieldChange[] {
  const keyOf = isListOfThings([...before, ...after])
    ? (entry: unknown) => String(isFields(entry) && entry['id'])
    : textOf
  const { removed, added, kept, moved } = matched<unknown>(before, after, keyOf)
  // What stands where something else stood is that, changed; the rest came or went.
  const inPlace = new Set(
    added.map(({ place }) => place).filter((place) => removed.some((gone) => gone.place === place)),
  )
  return [
    ...kept.flatMap((pair) => fieldChanges(`${path}[${pair.place}]`, pair.before, pair.after)),
    ...[...inPlace].flatMap((place) => fieldChanges(`${path}[${place}]`, before[place - 1], after[place - 1])),
    ...added
      .filter(({ place }) => !inPlace.has(place))
      .map(({ entry, place }) => ({ what: 'set' as const, path: `${path}[${place}]`, after: entry })),
    ...moved.map(({ from, to }) => ({ what: 'moved' as const, path: `${path}[${from}]`, from, to })),
    ...removed
      .filter(({ place }) => !inPlace.has(place))
      .map(({ entry, place }) => ({ what: 'set' as const, path: `${path}[${place}]`, before: entry })),
  ]
}

interface Matched<T> {
  readonly removed: readonly { readonly entry: T; readonly place: number }[]
  readonly added: readonly { readonly entry: T; readonly place: number }[]
  readonly kept: readonly { readonly before: T; readonly after: T; readonly place: number }[]
  /** The fewest that have to be put elsewhere to get the new order. */
  readonly moved: readonly { readonly entry: T; readonly from: number; readonly to: number }[]
}

/** Which entries of two lists are the same one. Of several with the same key the first is the first. */
function matched<T>(before: readonly T[], after: readonly T[], keyOf: (entry: T) => string): Matched<T> {
  const old = placed(before, keyOf)
  const now = placed(after, keyOf)
  const kept = [...now].flatMap(([key, { entry, place }]) => {
    const was = old.get(key)
    return was === undefined ? [] : [{ before: was.entry, after: entry, from: was.place, place }]
  })
  const still = longestRise(kept.map(({ from }) => from))
  return {
    removed: [...old].flatMap(([key, found]) => (now.has(key) ? [] : [found])),
    added: [...now].flatMap(([key, found]) => (old.has(key) ? [] : [found])),
    kept,
    moved: kept
      .filter(({ from }) => !still.has(from))
      .map(({ after: entry, from, place }) => ({ entry, from, to: place })),
  }
}

function placed<T>(list: readonly T[], keyOf: (entry: T) => string): Map<string, { entry: T; place: number }> {
  const seen = new Map<string, number>()
  return new Map(
    list.map((entry, i) => {
      const key = keyOf(entry)
      const times = seen.get(key) ?? 0
      seen.set(key, times + 1)
      return [`${times} ${key}`, { entry, place: i + 1 }]
    }),
  )
}

/** The values of a longest strictly rising subsequence; all values differ. */
function longestRise(values: readonly number[]): Set<number> {
  const ends: number[] = []
  const previous = new Map<number, number | undefined>()
  for (const value of values) {
    const at = ends.findIndex((end) => end > value)
    previous.set(value, at === -1 ? ends.at(-1) : ends[at - 1])
    ends[at === -1 ? ends.length : at] = value
  }
  const rise = new Set<number>()
  for (let value = ends.at(-1); value !== undefined; value = previous.get(value)) rise.add(value)
  return rise
}

/** Fields in one order, so that equal values have equal texts. */
function textOf(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      isFields(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? ''
  )
}

function keysOf(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])]
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isListOfThings(value: unknown): boolean {
  return isList(value) && value.every((entry) => isFields(entry) && typeof entry['id'] === 'string')
}

function asThings(value: unknown): readonly Thing[] {
  return isList(value) ? (value as readonly Thing[]) : []
}
