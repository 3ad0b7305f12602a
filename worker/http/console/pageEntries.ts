import type { Context } from 'hono'
import { withEntry } from '../../domain/catalogueEdit.ts'
import type { Audience } from '../../domain/affectedLink.ts'
import type { Dependency } from '../../domain/dependency.ts'
import type { Metric } from '../../domain/metric.ts'
import type { StatusPage } from '../../domain/statusPage.ts'
import type { UpdateTemplate } from '../../domain/updateTemplate.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import type { Fault } from '../problem.ts'
import { editConflict } from './editConflict.ts'
import { byConsole } from './pages.ts'

/** Forms for one entry of a list among the status page's settings: each saves a version of the configuration. */

interface Entries {
  readonly dependencies: Dependency
  readonly metrics: Metric
  readonly updateTemplates: UpdateTemplate
  readonly regions: Audience
  readonly plans: Audience
}

const WORD: Record<keyof Entries, string> = {
  dependencies: 'third party',
  metrics: 'metric',
  updateTemplates: 'template',
  regions: 'region',
  plans: 'plan',
}

type Entry = { readonly id: string }

function isAudience(list: keyof Entries): list is 'regions' | 'plans' {
  return list === 'regions' || list === 'plans'
}

function entriesIn(page: StatusPage, list: keyof Entries): readonly Entry[] {
  return isAudience(list) ? page.audiences[list] : page[list]
}

function withEntries(page: StatusPage, list: keyof Entries, entries: readonly Entry[]): StatusPage {
  return isAudience(list)
    ? { ...page, audiences: { ...page.audiences, [list]: entries } }
    : { ...page, [list]: entries }
}

export interface EntryRefusal {
  readonly status: ConfigRefusal['status']
  readonly errors: Record<string, string>
}

/** `seen`: what it was when its form was opened; null: it is new. Null when it is saved. */
export async function saveEntry<List extends keyof Entries>(
  c: Context<HttpEnv>,
  list: List,
  entry: Entries[List] & { readonly name: string },
  seen: string | null,
  errorsOf: (faults: readonly Fault[]) => Record<string, string>,
): Promise<EntryRefusal | null> {
  let index = -1
  const edit = (page: StatusPage): StatusPage | string => {
    const entries = entriesIn(page, list)
    const at = entries.findIndex(({ id }) => id === entry.id)
    index = at < 0 ? entries.length : at
    const conflict = seen === null ? null : editConflict(WORD[list], entries[at], seen)
    return conflict ?? withEntries(page, list, withEntry<Entry>(entries, entry))
  }
  const message = `${seen === null ? 'Add' : 'Change'} the ${WORD[list]} ${entry.name}`
  return changeStatusPage(c, edit, message, (faults) => {
    const own = `statusPage.${isAudience(list) ? `audiences.${list}` : list}.${index}.`
    return errorsOf(
      faults.map((fault) =>
        fault.path.startsWith(own)
          ? { ...fault, path: fault.path.slice(own.length) }
          : { path: '', message: `${fault.path}: ${fault.message}` },
      ),
    )
  })
}

/** Null when it is gone, also when somebody else was faster. */
export async function removeEntry(
  c: Context<HttpEnv>,
  list: keyof Entries,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<EntryRefusal | null> {
  const edit = (page: StatusPage): StatusPage =>
    withEntries(
      page,
      list,
      entriesIn(page, list).filter((entry) => entry.id !== id),
    )
  return changeStatusPage(c, edit, `Remove the ${WORD[list]} ${name}`, (faults) => ({
    '': faults.map(({ message }) => message).join(' '),
  }))
}

/** Null when it is saved. `edit`: the settings as they are to be, or why they cannot be. */
export async function changeStatusPage(
  c: Context<HttpEnv>,
  edit: (page: StatusPage) => StatusPage | string,
  message: string,
  errorsOf: (faults: readonly Fault[]) => Record<string, string>,
): Promise<EntryRefusal | null> {
  const answer = await editConfiguration(
    c.env,
    (present) => {
      const statusPage = edit(present.statusPage)
      return typeof statusPage === 'string' ? statusPage : { ...present, statusPage }
    },
    byConsole(c, message),
  )
  if (answer.ok) return null
  return { status: answer.status, errors: answer.errors.length === 0 ? { '': answer.detail } : errorsOf(answer.errors) }
}

/** Each fault beside the field of its name, or of the one that `fieldAt` says; others above the form. */
export function besideFields(
  faults: readonly Fault[],
  fields: readonly string[],
  fieldAt: (path: string) => string = (path) => path.split('.')[0] ?? '',
): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of faults) {
    const field = fieldAt(path)
    errors[fields.includes(field) ? field : ''] ??= message
  }
  return errors
}
