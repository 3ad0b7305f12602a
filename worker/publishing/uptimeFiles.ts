import type { PublicGroupUptime, PublicModel } from '../domain/publicModel.ts'
import type { GroupedModel } from '../domain/groupId.ts'
import { groupId } from '../domain/groupId.ts'
import type { EvidenceOfComponent } from '../domain/uptimeEvidence.ts'
import { EVIDENCE_FORMULA, GROUP_FORMULA, downShare, figureOfGroup } from '../domain/uptimeEvidence.ts'

/** The evidence of published uptime, as files: recorded states with their times, for spreadsheets and for programs. */

export interface UptimeFileAnswer {
  readonly kind: 'csv' | 'json'
  readonly body: string
}

const PATH = /^uptime\/(.+)\.(csv|json)$/

/** What evidence is of: one component, or all of a group. */
export interface EvidenceSubject {
  readonly id: string
  readonly name: string
  readonly isGroup: boolean
  readonly members: readonly EvidenceOfComponent[]
}

export function uptimePath(id: string, kind: UptimeFileAnswer['kind']): string {
  return `uptime/${id}.${kind}`
}

/** All files of evidence; or those of some components and of the groups that they are in. */
export function uptimePaths(model: GroupedModel, only?: readonly string[]): string[] {
  const chosen = model.components.filter(({ id }) => only === undefined || only.includes(id))
  const groups = new Set(chosen.flatMap(({ group }) => (group === null ? [] : [groupId(model, group)])))
  return [...chosen.map(({ id }) => id), ...groups].flatMap((id) => [uptimePath(id, 'csv'), uptimePath(id, 'json')])
}

export function isUptimePath(path: string): boolean {
  return PATH.test(path)
}

/** What is to stand there; null where there is no such component or group. */
export function uptimeFile(
  path: string,
  model: PublicModel,
  evidence: (id: string) => EvidenceOfComponent | null,
): UptimeFileAnswer | null {
  const [, id, kind] = PATH.exec(path) ?? []
  if (id === undefined) return null
  const subject = subjectOf(id, model, evidence)
  if (subject === null) return null
  return kind === 'csv' ? { kind, body: csv(subject) } : { kind: 'json', body: json(subject, model) }
}

/** What the page says of its groups. */
export function groupUptimes(
  model: PublicModel,
  evidence: (id: string) => EvidenceOfComponent | null,
): PublicGroupUptime[] {
  const names = new Set(model.components.flatMap(({ group }) => group ?? []))
  return Array.from(names, (name) => {
    const members = model.components.filter(({ group }) => group === name)
    const figures = members.flatMap(({ id }) => evidence(id)?.figure ?? [])
    const { uptimePercent, downTenths } = figureOfGroup(figures)
    return { id: groupId(model, name), name, uptimePercent, downSeconds: Math.round(downTenths / 10_000) }
  })
}

function subjectOf(
  id: string,
  model: PublicModel,
  evidence: (id: string) => EvidenceOfComponent | null,
): EvidenceSubject | null {
  const component = model.components.find((each) => each.id === id)
  const group =
    component === undefined ? model.components.find((each) => isFirstOf(model, each.group, id))?.group : null
  const members = model.components.filter((each) => (component === undefined ? each.group === group : each.id === id))
  const name = component?.name ?? group
  if (name === undefined || name === null) return null
  return { id, name, isGroup: component === undefined, members: members.flatMap((member) => evidence(member.id) ?? []) }
}

function isFirstOf(model: PublicModel, group: string | null, id: string): boolean {
  return group !== null && groupId(model, group) === id
}

const HEADER = 'component,name,from,until,state,down_share'

/** A row for each span. Read it with any spreadsheet: a name cannot become a formula there. */
function csv({ members }: EvidenceSubject): string {
  const rows = members.flatMap(({ id, name, spans }) =>
    spans.map(({ fromMs, untilMs, status }) =>
      [id, quoted(name), iso(fromMs), iso(untilMs), status, downShare(status)].join(','),
    ),
  )
  return [HEADER, ...rows, ''].join('\r\n')
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"`
}

function json({ id, name, isGroup, members }: EvidenceSubject, model: PublicModel): string {
  const { observedMs, downTenths, uptimePercent } = figureOfGroup(members.map(({ figure }) => figure))
  return JSON.stringify({
    page: { id: model.page.id, name: model.page.name, url: model.page.url },
    id,
    name,
    group: isGroup,
    as_of: iso(model.asOfMs),
    from:
      members.length === 0 ? null : iso(Math.min(...members.map((member) => member.spans[0]?.fromMs ?? model.asOfMs))),
    uptime_percent: uptimePercent,
    observed_ms: observedMs,
    down_ms: downTenths / 10,
    formula: isGroup ? `${EVIDENCE_FORMULA} ${GROUP_FORMULA}` : EVIDENCE_FORMULA,
    components: members.map((member) => ({
      id: member.id,
      name: member.name,
      created_at: iso(member.createdAtMs),
      uptime_percent: member.figure.uptimePercent,
      states: member.spans.map(({ fromMs, untilMs, status }) => ({
        from: iso(fromMs),
        until: iso(untilMs),
        state: status,
        down_share: Number(downShare(status)),
      })),
    })),
  })
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
