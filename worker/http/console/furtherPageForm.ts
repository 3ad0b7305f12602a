import { FurtherPage } from '../../domain/furtherPage.ts'
import { valueOf } from './forms.ts'
import type { FormValues } from './forms.ts'
import type { FormState } from './views.ts'

/** The fields of a further status page, to a form and back. */

export const NEW_PAGE: FormValues = { access: 'public' }

export function pageValues(page: FurtherPage): FormValues {
  const { id, name, domain = '', language = '', timeZone = '', supportUrl = '', components, untouched, access } = page
  return {
    id,
    name,
    domain,
    language,
    timeZone,
    supportUrl,
    components,
    ...(untouched ? { untouched: 'yes' } : {}),
    access: access.kind,
    domains: access.kind === 'email' ? access.domains.join('\n') : '',
    addresses: access.kind === 'email' ? access.addresses.join('\n') : '',
  }
}

export type PageForm =
  | { readonly ok: true; readonly page: FurtherPage }
  | { readonly ok: false; readonly errors: FormState['errors'] }

export function pageFrom(values: FormValues, known: FurtherPage | null): PageForm {
  const text = (name: string) => valueOf(values, name) || undefined
  const kind = valueOf(values, 'access')
  const components = [values['components'] ?? []].flat()
  const { data, error } = FurtherPage.safeParse({
    id: known?.id ?? valueOf(values, 'id'),
    name: valueOf(values, 'name'),
    domain: text('domain'),
    language: text('language'),
    timeZone: text('timeZone'),
    supportUrl: text('supportUrl'),
    // Checkboxes know no order: what was there before stays where it was.
    components: [
      ...(known?.components ?? []).filter((id) => components.includes(id)),
      ...components.filter((id) => known?.components.includes(id) !== true),
    ],
    untouched: valueOf(values, 'untouched') === 'yes',
    // It has a form of its own.
    appearance: known?.appearance,
    access:
      kind === 'email'
        ? { kind, domains: wordsOf(values, 'domains'), addresses: wordsOf(values, 'addresses') }
        : { kind },
  })
  if (data !== undefined) return { ok: true, page: withoutUndefined(data) }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.issues) errors[fieldOf(path)] ??= SAID[fieldOf(path)] ?? message
  return { ok: false, errors }
}

/** Which field of the form is meant by a place in the page. */
export function fieldOf(path: readonly PropertyKey[]): string {
  const [first = 'form', second] = path.map(String)
  if (first !== 'access') return first
  return second === 'domains' || second === 'addresses' ? second : 'access'
}

const SAID: Readonly<Record<string, string>> = {
  id: 'Use lower-case letters, digits, - and _, and begin with a letter or digit. The id main is taken.',
  name: 'A name of 1 to 120 characters, please.',
  domain: 'A host name such as status.example.com, without https:// and path.',
  timeZone: 'A name such as Europe/Berlin.',
  supportUrl: 'An address that starts with https:// or http://.',
  domains: 'One to a line, such as example.com.',
  addresses: 'One to a line, such as bob@example.com.',
}

/** By line, comma or space. */
function wordsOf(values: FormValues, name: string): string[] {
  return valueOf(values, name)
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
}

/** As the document has it: what is not there is not there. */
function withoutUndefined(page: FurtherPage): FurtherPage {
  return FurtherPage.parse(JSON.parse(JSON.stringify(page)))
}
