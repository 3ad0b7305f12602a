import { Document } from 'yaml'
import { unknownFields, withoutDefaults } from '../../domain/configDocument.ts'
import { Organisation } from '../../domain/organisation.ts'
import { RoutingDraft } from '../../domain/routingDraft.ts'
import type { PlacedError } from '../configText.ts'
import { placedErrors, valuesFromYaml } from '../configText.ts'

/** A draft of routing rules as people edit it: the part of `allclear.yaml` that it is. */

const FIELDS = Object.keys(RoutingDraft.shape)
const PARTS = { routingRules: true, groupBy: true, grouping: true, flapping: true, storm: true } as const
const ERRORS_MAX = 50

export function draftText(present: Organisation, draft: RoutingDraft): string {
  const { routingRules = [] } = withoutDefaults({ ...present, ...draft })
  const { groupBy, grouping, flapping, storm } = draft
  const document = new Document({ routingRules, groupBy, grouping, flapping, storm }, { aliasDuplicateObjects: false })
  return document.toString({ lineWidth: 0 })
}

export type DraftText =
  | { readonly ok: true; readonly draft: RoutingDraft; readonly lineOf: (path: string) => number | undefined }
  | { readonly ok: false; readonly errors: readonly PlacedError[] }

/** What the text leaves out is as it is saved. */
export function draftFromText(text: string, present: Organisation): DraftText {
  const read = valuesFromYaml(text)
  if (!read.ok) return read
  const { sent = {}, lineOf } = read
  if (typeof sent !== 'object' || Array.isArray(sent)) return refused('', `a draft has ${FIELDS.join(', ')}`)
  const stranger = Object.keys(sent ?? {}).find((name) => !FIELDS.includes(name))
  if (stranger !== undefined) return refused(stranger, `a draft has only ${FIELDS.join(', ')}`)
  // Not as stored: a list that is written here has its limits.
  const parsed = Organisation.pick(PARTS).safeParse({ ...RoutingDraft.parse(present), ...sent })
  const strangers = unknownFields(sent).map((path) => ({ path: path.join('.'), message: 'there is no such field' }))
  const wrong = (parsed.error?.issues ?? []).map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const errors = [...wrong, ...strangers].slice(0, ERRORS_MAX)
  if (errors.length > 0 || !parsed.success) return { ok: false, errors: placedErrors(errors, lineOf) }
  return { ok: true, draft: parsed.data, lineOf }
}

function refused(path: string, message: string): DraftText {
  return { ok: false, errors: [{ path, message }] }
}
