/** Images of a page, as data: URIs. An image of a page is an image: nothing in it runs, loads or links. */

export const IMAGE_BYTES_MAX = 100 * 1024
const TYPES = ['image/png', 'image/webp', 'image/jpeg', 'image/svg+xml'] as const
export type ImageType = (typeof TYPES)[number]

const HAS_TO_BE = 'has to be a PNG, WebP, JPEG or SVG image'

export interface ReadImage {
  readonly type: ImageType
  /** A character for each byte. */
  readonly bytes: string
}

/** Why it cannot be part of a page; null when it can. */
export function faultOfImage(uri: string): string | null {
  const named = partsOf(uri)
  if (named === null) return `${HAS_TO_BE}, as data:image/…;base64,…`
  const { type } = named
  const bytes = decoded(named.base64)
  if (bytes === null) return 'is not base64'
  if (bytes.length > IMAGE_BYTES_MAX)
    return `is larger than ${IMAGE_BYTES_MAX / 1024} KB, and readers on a phone would wait for it. Make it smaller: it is shown 40 pixels high`
  return isOfType(type, bytes)
    ? type === 'image/svg+xml'
      ? faultOfSvg(bytes)
      : null
    : `is no ${type}: it ${HAS_TO_BE}`
}

/** What is in it; null for what is no data: URI of an image. */
export function readImage(uri: string): ReadImage | null {
  const named = partsOf(uri)
  const bytes = named === null ? null : decoded(named.base64)
  return named === null || bytes === null ? null : { type: named.type, bytes }
}

function partsOf(uri: string): { readonly type: ImageType; readonly base64: string } | null {
  const [, named, base64] = /^data:([a-z+/]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri) ?? []
  const type = TYPES.find((each) => each === named)
  return type === undefined || base64 === undefined ? null : { type, base64 }
}

/**
 * As it stands in a page. Of an SVG its text: base64 would hide from compression what comes again and again. It is good
 * for `srcset` too, where a space would end it.
 */
export function inlineImage(uri: string): string {
  const base64 = uri.startsWith(SVG_URI) ? uri.slice(SVG_URI.length) : null
  const bytes = base64 === null ? null : decoded(base64)
  if (bytes === null) return uri
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)))
    // Only where it ends a value: what is written stays as it is.
    const isSure = !text.includes("'") && !text.replaceAll(/<[^>]*>/g, '').includes('"')
    const quoted = isSure ? text.replaceAll('"', "'") : text
    return `data:image/svg+xml,${quoted.trim().replaceAll(NOT_PLAIN, encodeURIComponent)}`
  } catch {
    return uri
  }
}

const SVG_URI = 'data:image/svg+xml;base64,'
const NOT_PLAIN = /[^A-Za-z0-9'=/:;.,()*!@$_~-]/gu

function isOfType(type: ImageType, bytes: string): boolean {
  switch (type) {
    case 'image/png':
      return bytes.startsWith('\u0089PNG\r\n\u001A\n')
    case 'image/webp':
      return bytes.startsWith('RIFF') && bytes.slice(8, 12) === 'WEBP'
    case 'image/jpeg':
      return bytes.startsWith('\u00FF\u00D8\u00FF')
    case 'image/svg+xml':
      return /^(?:\u00EF\u00BB\u00BF)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<svg[\s>]/.test(bytes)
  }
}

const NOT_IN_SVG: readonly (readonly [what: RegExp, name: string])[] = [
  [/<\s*(?:[^\s<>/:]+:)?script/i, 'a script'],
  [/[\s"'/]on[a-z]+\s*=/i, 'an event handler'],
  [/<\s*(?:[^\s<>/:]+:)?(?:foreignObject|iframe|object|embed|audio|video)\b/i, 'foreign content'],
  [/<!\s*(?:DOCTYPE|ENTITY)/i, 'a document type'],
  [/\bhref\s*=\s*(?:["']\s*)?(?!["'#\s])/i, 'a link or an image from elsewhere'],
  [/\battributeName\s*=\s*["']?\s*(?:(?:[\w-]+:)?href|on)|\battributeName\s*=[^>]{0,99}&/i, 'a link that changes'],
  [/url\(\s*(?:["']\s*)?(?!["'#\s])/i, 'an address to load from'],
  [/@import/i, 'an import'],
  [/<\?xml[^>]*\bencoding\s*=\s*["'](?!utf-8["'])/i, 'another encoding than UTF-8'],
]

function faultOfSvg(bytes: string): string | null {
  const found = NOT_IN_SVG.find(([what]) => what.test(bytes))
  return found === undefined ? null : `has ${found[1]} in it, which a logo may not have`
}

/** A character for each byte. */
function decoded(base64: string): string | null {
  try {
    return atob(base64)
  } catch {
    return null
  }
}
