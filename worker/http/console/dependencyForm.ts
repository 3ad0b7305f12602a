import { z } from 'zod'
import { Dependency, isPart } from '../../domain/dependency.ts'
import type { DependencyPart } from '../../domain/dependency.ts'
import type { Fault } from '../problem.ts'
import { seenAs } from './editConflict.ts'
import { parseForm } from './forms.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { besideFields } from './pageEntries.ts'
import { freeId } from './slug.ts'

/** The form of one third party. */

const NAME = 'Give it a name: whose page it is, such as Payments Ltd.'
const ADDRESS = 'Enter the address of their status page, such as https://status.payments.example.'

const many = z
  .union([z.array(z.string()), z.string()])
  .default([])
  .transform((value) => [value].flat().filter((each) => each !== ''))
const ticked = z
  .string()
  .optional()
  .transform((value) => value !== undefined && value !== '')

const Form = z.object({
  name: z.string(NAME).min(1, NAME).max(120, 'At most 120 characters.'),
  url: z
    .string(ADDRESS)
    .transform(pageAddress)
    .pipe(z.url({ protocol: /^https?$/, error: ADDRESS }).max(2000)),
  watches: many,
  others: z
    .string()
    .max(20_000, 'That is too long.')
    .default('')
    .transform((text) => text.split('\n').map((line) => line.trim()))
    .transform((lines) => lines.filter((line) => line !== '')),
  isShown: ticked,
  asComponent: ticked,
  pages: many,
  components: many,
  services: many,
})

const FIELDS = ['name', 'url', 'watches', 'pages', 'components', 'services']

export const NEW_DEPENDENCY: FormValues = { isShown: 'yes' }

/** The page's own address, also when that of its JSON was given, or none of the protocol. */
export function pageAddress(said: string): string {
  const address = said.trim()
  const whole = address === '' || /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`
  return whole.replace(/[?#].*$/, '').replace(/(\/api\/v2(\/[a-z/-]+\.json)?)?\/*$/, '')
}

export function dependencyValues(dependency: Dependency): FormValues {
  const { name, url, watches, isShown, asComponent, pages, components, services } = dependency
  return {
    name,
    url,
    watches,
    ...(isShown ? { isShown: 'yes' } : {}),
    ...(asComponent ? { asComponent: 'yes' } : {}),
    pages,
    components,
    services,
    seen: seenAs(dependency),
  }
}

/** What is followed of a page with these components: what is known of it is ticked, the rest is written out. */
export function watchedValues(watches: readonly string[], parts: readonly DependencyPart[]): FormValues {
  const isKnown = (watched: string) => parts.some((part) => isPart(part, watched))
  return {
    watches: watches.filter(isKnown),
    others: watches.filter((watched) => !isKnown(watched)).join('\n'),
  }
}

/** `known` is the one that is changed: its id stays. `taken` are the ids of all. */
export function readDependency(
  values: FormValues,
  known: Dependency | null,
  taken: readonly string[],
): ParsedForm<Dependency> {
  const form = parseForm(Form, values)
  if (!form.ok) return form
  const { watches, others, ...rest } = form.data
  const { data, error } = Dependency.safeParse({
    ...rest,
    id: known?.id ?? freeId(rest.name, 'third-party', [...taken, 'new']),
    watches: inOrder([...new Set([...watches, ...others])], known?.watches),
    pages: inOrder(rest.pages, known?.pages),
    components: inOrder(rest.components, known?.components),
    services: inOrder(rest.services, known?.services),
  })
  if (error === undefined) return { ok: true, data }
  return {
    ok: false,
    errors: dependencyErrors(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

/** Checkboxes know no order: what was there before stays where it was. */
function inOrder(chosen: readonly string[], before: readonly string[] = []): string[] {
  return [...before.filter((each) => chosen.includes(each)), ...chosen.filter((each) => !before.includes(each))]
}

export function dependencyErrors(faults: readonly Fault[]): Record<string, string> {
  return besideFields(faults, FIELDS)
}

/** To tick: by the word that the configuration has for it already, or by its id. */
export function partChoices(parts: readonly DependencyPart[], watches: readonly string[]) {
  return parts.map((part) => ({
    id: watches.find((watched) => isPart(part, watched)) ?? part.id,
    name: part.name,
    status: part.status,
  }))
}
