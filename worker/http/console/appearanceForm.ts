import { Appearance } from '../../domain/appearance.ts'
import type { PageLink } from '../../domain/appearance.ts'
import { valueOf } from './forms.ts'
import type { FormValues } from './forms.ts'
import type { FormState } from './views.ts'

/** The look of a status page, to a form and back. */

export const IMAGE_FIELDS = ['logoLight', 'logoDark', 'favicon'] as const
export type ChosenImages = Readonly<Partial<Record<(typeof IMAGE_FIELDS)[number], string>>>

export function appearanceValues(appearance: Appearance | undefined): FormValues {
  const { accent, background, font, corners, logo, headerLinks, footerLinks, css } = appearance ?? Appearance.parse({})
  return {
    accentLight: accent?.light ?? '',
    accentDark: accent?.dark ?? '',
    backgroundLight: background?.light ?? '',
    backgroundDark: background?.dark ?? '',
    font,
    corners,
    alt: logo?.alt ?? '',
    headerLinks: linesOf(headerLinks),
    footerLinks: linesOf(footerLinks),
    css: css ?? '',
  }
}

type Parsed =
  | { readonly ok: true; readonly appearance: Appearance }
  | { readonly ok: false; readonly errors: FormState['errors'] }

/** `chosen`: the files that came with the form, as data: URIs. What is not chosen anew stays, unless it is removed. */
export function appearanceFrom(values: FormValues, chosen: ChosenImages, known: Appearance | undefined): Parsed {
  const keeps = (field: string) => valueOf(values, `remove-${field}`) !== 'yes'
  const light = chosen.logoLight ?? (keeps('logoLight') ? known?.logo?.light : undefined)
  const dark = chosen.logoDark ?? (keeps('logoDark') ? known?.logo?.dark : undefined)
  const favicon = chosen.favicon ?? (keeps('favicon') ? known?.favicon : undefined)
  const css = valueOf(values, 'css').replaceAll('\r\n', '\n')
  const wrong: Record<string, string> = {}
  if (light === undefined && dark !== undefined) wrong['logoLight'] = 'Choose one for the light theme as well.'
  if (light !== undefined && valueOf(values, 'alt') === '')
    wrong['alt'] = 'Say what the logo says, for who does not see it: as a rule the name of the page.'
  const { data, error } = Appearance.safeParse({
    accent: pair(values, 'accent'),
    background: pair(values, 'background'),
    font: valueOf(values, 'font') || undefined,
    corners: valueOf(values, 'corners') || undefined,
    logo: light === undefined || wrong['alt'] !== undefined ? undefined : { light, dark, alt: valueOf(values, 'alt') },
    favicon,
    headerLinks: linksFrom(valueOf(values, 'headerLinks')),
    footerLinks: linksFrom(valueOf(values, 'footerLinks')),
    css: css.trim() === '' ? undefined : css,
  })
  for (const { path, message } of error?.issues ?? []) {
    const field = fieldOf(path)
    const before = wrong[field]
    // Of CSS all that is wrong is said: each thing has its line.
    if (before === undefined || field === 'css')
      wrong[field] = [...(before === undefined ? [] : [before]), said(field, message)].join('\n')
  }
  if (data === undefined || Object.keys(wrong).length > 0) return { ok: false, errors: wrong }
  // As the document has it: what is not there is not there.
  return { ok: true, appearance: Appearance.parse(JSON.parse(JSON.stringify(data))) }
}

function pair(values: FormValues, name: string): { light: string; dark: string } | undefined {
  const [light, dark] = [valueOf(values, `${name}Light`), valueOf(values, `${name}Dark`)]
  return light === '' && dark === '' ? undefined : { light, dark }
}

function fieldOf(path: readonly PropertyKey[]): string {
  const [first = 'form', second] = path.map(String)
  if (first === 'accent' || first === 'background') return second === 'dark' ? `${first}Dark` : `${first}Light`
  if (first === 'logo') return second === 'alt' ? 'alt' : second === 'dark' ? 'logoDark' : 'logoLight'
  return first
}

function said(field: string, message: string): string {
  if (field === 'headerLinks' || field === 'footerLinks')
    return 'One to a line: its words, then an address that starts with https://.'
  if (field === 'logoLight' || field === 'logoDark' || field === 'favicon') return `The file ${message}.`
  if (field === 'css') return `${message.replace(/^line (\d+) of it/, 'Line $1')}.`
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`
}

/** Such as "Help centre https://example.com/help", one to a line. */
function linksFrom(text: string): PageLink[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf(' ')
      return { label: line.slice(0, Math.max(0, at)).trim(), url: line.slice(at + 1) }
    })
}

function linesOf(links: readonly PageLink[]): string {
  return links.map(({ label, url }) => `${label} ${url}`).join('\n')
}
