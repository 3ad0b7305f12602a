import { isAlias, isMap, isNode, isScalar, LineCounter, Document, visit } from 'yaml'
import type { Document as YamlDocument } from 'yaml'
import { unknownFields, withoutDefaults, withoutTokens } from '../domain/configDocument.ts'
import { Organisation } from '../domain/organisation.ts'
import { readYaml } from './readYaml.ts'

/** The configuration as people write it: JSON or YAML to a document and back. */

const YAML_BYTES_MAX = 2 * 1024 * 1024
/** Enough to say something twice, too few to make a small document endless. */
const ALIASES_MAX = 100
const ERRORS_MAX = 50

export interface PlacedError {
  /** Leads to the place in the document, as `services.0.owner`. */
  readonly path: string
  readonly message: string
  /** Of YAML, from 1. */
  readonly line?: number
}

type Path = readonly (string | number)[]

/** The line that something stands on; undefined where lines mean nothing. */
export type LineOf = (path: string) => number | undefined

export type ConfigText =
  | { readonly ok: true; readonly organisation: Organisation; readonly lineOf: LineOf }
  | {
      readonly ok: false
      /** False: it is not even JSON or YAML. */
      readonly isReadable: boolean
      readonly errors: readonly PlacedError[]
    }

type Unreadable = Extract<ConfigText, { readonly ok: false }>

type YamlValues = { readonly ok: true; readonly sent: unknown; readonly lineOf: LineOf } | Unreadable

export function organisationFromYaml(text: string): ConfigText {
  const read = valuesFromYaml(text)
  if (!read.ok) return read
  const parsed = parsedFrom(read.sent)
  if (parsed.ok) return { ...parsed, lineOf: read.lineOf }
  return { ...parsed, errors: placedErrors(parsed.errors, read.lineOf) }
}

/** What a YAML text says, whatever it is about. */
export function valuesFromYaml(text: string): YamlValues {
  if (new TextEncoder().encode(text).byteLength > YAML_BYTES_MAX)
    return unreadable(`YAML may have at most ${YAML_BYTES_MAX} bytes here; JSON may have more.`)
  const lines = new LineCounter()
  let document: YamlDocument
  let sent: unknown
  try {
    const read = readYaml(text, lines)
    const [fault] = read.faults
    if (fault !== undefined) return unreadable(fault.message, lines.linePos(fault.at).line)
    document = read.document
    // A key with nothing behind it, as when a list is commented out, is no key.
    sent = withoutNulls(document.toJS({ maxAliasCount: ALIASES_MAX }))
  } catch (error) {
    // Deep nesting ends in a RangeError of the parser's own recursion, too many aliases in a ReferenceError.
    const isAliases = error instanceof ReferenceError
    return unreadable(isAliases ? `At most ${ALIASES_MAX} aliases, please.` : 'It is nested too deeply to be read.')
  }
  return { ok: true, sent, lineOf: (path) => lineAt(document, lines, path === '' ? [] : pathFrom(path)) }
}

export function organisationFromJson(text: string): ConfigText {
  try {
    const parsed = parsedFrom(JSON.parse(text))
    return parsed.ok ? { ...parsed, lineOf: () => undefined } : parsed
  } catch (error) {
    return unreadable(`This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  }
}

/** With the lines they stand on, where there are any. */
export function placedErrors(errors: readonly PlacedError[], lineOf: LineOf): PlacedError[] {
  return errors.map((error) => {
    const line = lineOf(error.path)
    return line === undefined ? error : { ...error, line }
  })
}

/** One line for people: `line 12, services.0.owner: there is no team "x"`. */
export function errorLine({ path, message, line }: PlacedError): string {
  const place = [...(line === undefined ? [] : [`line ${line}`]), ...(path === '' ? [] : [path])].join(', ')
  return place === '' ? message : `${place}: ${message}`
}

const ABOVE: Readonly<Record<string, string>> = {
  routingRules: ' In order: the first rule that matches and says something of a setting decides it.',
  responders: ' People are added and changed by this document, never removed: that is done under Settings.',
  services: ' A service ends alerts, changes and playbooks at a name, and leads to who looks after it.',
  heartbeats: ' What has to report; an alert fires when it does not.',
  connections: ' A bearerToken is never shown. A connection that is written without one keeps the one it has.',
}

/** As `allclear.yaml`. Reading it again gives the same document. */
export function yamlOf(organisation: Organisation, title: string): string {
  const document = new Document(withoutDefaults(withoutTokens(organisation)), { aliasDuplicateObjects: false })
  document.commentBefore = ` ${title}\n What is not written has its default. Described in docs/configuration.md.`
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = 'BLOCK_LITERAL'
    },
  })
  if (isMap(document.contents))
    for (const [i, { key }] of document.contents.items.entries()) {
      if (!isScalar(key) || typeof key.value !== 'string') continue
      key.spaceBefore = i > 0
      const comment = ABOVE[key.value]
      if (comment !== undefined) key.commentBefore = comment
    }
  return document.toString({ lineWidth: 0 })
}

type Parsed =
  | { readonly ok: true; readonly organisation: Organisation }
  | { readonly ok: false; readonly isReadable: true; readonly errors: readonly PlacedError[] }

function parsedFrom(sent: unknown): Parsed {
  const strangers = unknownFields(sent)
    .slice(0, ERRORS_MAX)
    .map((path) => ({ path: path.join('.'), message: 'there is no such field' }))
  const { data, error } = Organisation.safeParse(sent)
  if (data !== undefined && strangers.length === 0) return { ok: true, organisation: data }
  const wrong = (error?.issues ?? []).map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  return { ok: false, isReadable: true, errors: [...wrong, ...strangers].slice(0, ERRORS_MAX) }
}

function unreadable(message: string, line?: number): Unreadable {
  return { ok: false, isReadable: false, errors: [{ path: '', message, ...(line === undefined ? {} : { line }) }] }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  )
}

function pathFrom(text: string): Path {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/** Of the thing itself, else of what should have held it. */
function lineAt(document: YamlDocument, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const at = path.slice(0, length)
    const node = nodeAt(document, at)
    if (node !== undefined) return lines.linePos(node).line
  }
  return undefined
}

/** Where the key or entry begins. */
function nodeAt(document: YamlDocument, path: Path): number | undefined {
  const last = path.at(-1)
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true)
  const holder = isAlias(parent) ? parent.resolve(document) : parent
  if (isMap(holder)) {
    const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0]
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}
