import { Document } from 'yaml'
import { withoutDefaults } from '../../domain/configDocument.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { RoutingDraft } from '../../domain/routingDraft.ts'
import type { PlacedError } from '../configText.ts'
import { organisationFromYaml } from '../configText.ts'

/** A draft of routing rules as people edit it: the part of `allclear.yaml` that it is. */

const FIELDS = Object.keys(RoutingDraft.shape)
/** What a whole document needs and a draft does not say. After it, so that the lines stay what they are. */
const REST = '\nstatusPage: { name: Draft }\n'

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
  const named = [...text.matchAll(/^([A-Za-z]\w*):/gm)].map(([, name = '']) => name)
  const stranger = named.find((name) => !FIELDS.includes(name))
  if (stranger !== undefined)
    return { ok: false, errors: [{ path: stranger, message: `a draft has only ${FIELDS.join(', ')}` }] }
  const parsed = organisationFromYaml(text + REST)
  if (!parsed.ok) return parsed
  const given = Object.entries(parsed.organisation).filter(([name]) => FIELDS.includes(name) && named.includes(name))
  return {
    ok: true,
    draft: RoutingDraft.parse({ ...present, ...Object.fromEntries(given) }),
    lineOf: parsed.lineOf,
  }
}
