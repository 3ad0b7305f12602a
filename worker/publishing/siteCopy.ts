import { LANGUAGES } from '../domain/language.ts'

/**
 * The status page as plain files for another place: a folder, a bucket, a memory stick. Stored files keep their bytes,
 * but pages get links from file to file, so that they work on any file server, in any folder, and on none at all.
 */

export interface CopyRules {
  /** Of the page that is copied, without a trailing slash; what the copy does not have is still linked to there. */
  readonly origin: string
  /** Whether the copy has what is stored under this path. */
  readonly has: (storedPath: string) => boolean
  /** Whether it brought this along from the root of the page's host: an icon, a script. */
  readonly hasAsset: (path: string) => boolean
  /** Where another copy shows what is at an address, as a path from the root of this one; null where none does. */
  readonly elsewhere?: (url: string) => string | null
}

/** Where a stored file lies in a copy: `history.html` becomes `history/index.html`, which servers show at `/history`. */
export function copyPath(storedPath: string): string {
  const page = /^(.*)\.html$/.exec(storedPath)?.[1]
  return page === undefined || /(^|\/)index$/.test(page) ? storedPath : `${page}/index.html`
}

/**
 * Under which path what is shown at an address of the status page may be stored, the likeliest first. The address has no
 * leading slash; what is not there for a language is there for all of them.
 */
export function storedPathsAt(address: string): string[] {
  const path = address.replace(/\/+$/, '')
  const [language, ...rest] = path.split('/')
  const own = path === '' ? ['index.html'] : [path, `${path}.html`, `${path}/index.html`]
  return LANGUAGES.some((each) => each === language) ? [...own, ...storedPathsAt(rest.join('/'))] : own
}

/** At which address the origin shows what is stored under a path: links may be relative to it. */
function addressOf(storedPath: string): string {
  return storedPath.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')
}

/** The page with its links made for the copy. */
export function copiedHtml(html: string, storedPath: string, rules: CopyRules): string {
  const from = copyPath(storedPath)
  return withReferences(html, ({ tag, rel, name, value }) => {
    // What a page says it is the copy of stays; so does what machines compare.
    if (tag === 'link' && rel === 'canonical') return value
    const url = absoluteUrl(value, `${rules.origin}/${addressOf(storedPath)}`)
    if (url === null) return value
    const target = targetOf(url, rules)
    const [, rest = ''] = /^[^?#]*(.*)$/s.exec(url) ?? []
    if (target !== null) return relativePath(from, target) + (name === 'href' ? rest : '')
    // What leads to another site is left as it is written.
    return new URL(url).origin === new URL(rules.origin).origin ? url : value
  })
}

/** What in a copied page leads or loads from nowhere in the copy; the reasons are for people. */
export function brokenReferences(html: string, path: string, has: (copiedPath: string) => boolean): string[] {
  const faults: string[] = []
  withReferences(html, ({ tag, rel, name, value }) => {
    const isLoaded =
      name === 'src' ||
      name === 'srcset' ||
      (tag === 'link' && /(^|\s)(stylesheet|icon|manifest|modulepreload)($|\s)/.test(rel))
    if (/^(https?:)?\/\//i.test(value)) {
      if (isLoaded) faults.push(`${path} loads ${value} from elsewhere`)
    } else if (value.startsWith('/')) {
      faults.push(`${path} needs ${value} of its server`)
    } else if (value !== '' && !/^(#|[a-z][a-z0-9+.-]*:)/i.test(value)) {
      const target = resolved(path, value.replace(/[?#].*$/s, ''))
      if (!has(target)) faults.push(`${path} leads to ${target}, which is not there`)
    }
    return value
  })
  return faults
}

/** What copied pages refer to at the root of their site and a copy has to bring along: icons, scripts, styles. */
export function rootReferences(html: string): string[] {
  const found = new Set<string>()
  withReferences(html, ({ value }) => {
    if (/^\/(?!\/)/.test(value)) found.add(value.slice(1).replace(/[?#].*$/s, ''))
    return value
  })
  return [...found]
}

/** A path that stays in the folder it is written to, on every system. */
export function isPlainPath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= 500 &&
    // oxlint-disable-next-line no-control-regex -- these are what no file name may have
    !/[\u0000-\u001F\u007F\\:*?"<>|]/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  )
}

interface Reference {
  readonly tag: string
  readonly rel: string
  readonly name: string
  readonly value: string
}

const TAG = /<!--[\s\S]*?-->|<([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g
const ATTRIBUTE = /(\s)(href|src|srcset|action)(\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi
const REL = /\srel\s*=\s*(?:"([^"]*)"|'([^']*)')/i
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title'])

/** The HTML with each reference as `change` gives it back; the text inside scripts and styles is no markup. */
function withReferences(html: string, change: (reference: Reference) => string): string {
  let result = ''
  let at = 0
  const tags = new RegExp(TAG)
  for (let match = tags.exec(html); match !== null; match = tags.exec(html)) {
    const tag = match[1]?.toLowerCase()
    if (tag === undefined) continue
    const attributes = match[2] ?? ''
    const rel =
      REL.exec(attributes)
        ?.slice(1)
        .find((value) => value !== undefined) ?? ''
    const changed = match[0].replace(
      ATTRIBUTE,
      (_, space: string, name: string, equals: string, double?: string, single?: string) => {
        const value = unescaped(double ?? single ?? '')
        return `${space}${name}${equals}"${escaped(change({ tag, rel, name: name.toLowerCase(), value }))}"`
      },
    )
    result += html.slice(at, match.index) + changed
    at = match.index + match[0].length
    if (RAW_TEXT.has(tag)) tags.lastIndex = endOf(tag, html, at)
  }
  return result + html.slice(at)
}

function endOf(tag: string, html: string, from: number): number {
  const end = new RegExp(`</${tag}`, 'gi')
  end.lastIndex = from
  return end.exec(html)?.index ?? html.length
}

/** Null for what is no address of the web, or of this very page. */
function absoluteUrl(value: string, page: string): string | null {
  if (value === '' || /^[#?]/.test(value) || value.startsWith('//')) return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(value) && !/^https?:\/\//i.test(value)) return null
  return URL.canParse(value, page) ? new URL(value, page).href : null
}

/** Where in the copy an address is shown; null where nowhere. */
function targetOf(url: string, { origin, has, hasAsset, elsewhere }: CopyRules): string | null {
  const own = copiedPathAt(url, origin, has)
  if (own !== null) return own
  const root = `${new URL(origin).origin}/`
  const asset = url.startsWith(root) ? decoded(url.slice(root.length).replace(/[?#].*$/s, '')) : ''
  return hasAsset(asset) ? asset : (elsewhere?.(url) ?? null)
}

/** Where the copy of the page at `origin` shows what is at an address; null where it does not. */
export function copiedPathAt(url: string, origin: string, has: CopyRules['has']): string | null {
  const shown = url.replace(/[?#].*$/s, '')
  const home = `${new URL(origin).href.replace(/\/+$/, '')}/`
  if (!`${shown}/`.startsWith(home)) return null
  const target = storedPathsAt(decoded(shown.slice(home.length))).find((stored) => has(stored))
  return target === undefined ? null : copyPath(target)
}

function relativePath(from: string, to: string): string {
  const [here, there] = [from.split('/').slice(0, -1), to.split('/')]
  let shared = 0
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared += 1
  return [...here.slice(shared).map(() => '..'), ...there.slice(shared).map(encodeURIComponent)].join('/')
}

function resolved(from: string, relative: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(decoded(part))
  }
  return parts.join('/')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const ENTITY: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  lt: '<',
  gt: '>',
  '#39': "'",
  '#x27': "'",
  '#34': '"',
}

function unescaped(value: string): string {
  return value.replace(
    /&(amp|quot|lt|gt|#39|#x27|#34);/gi,
    (entity, name: string) => ENTITY[name.toLowerCase()] ?? entity,
  )
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
