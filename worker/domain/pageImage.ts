/** Images that are part of a page, as data: URIs. An image of a page is an image: nothing in it runs, loads or links. */

export const IMAGE_BYTES_MAX = 6 * 1024
const TYPES = ['image/png', 'image/webp', 'image/svg+xml'] as const
type ImageType = (typeof TYPES)[number]

const HAS_TO_BE = 'has to be a PNG, WebP or SVG image'

/** Why it cannot be part of a page; null when it can. */
export function faultOfImage(uri: string): string | null {
  const [, named, base64] = /^data:([a-z+/]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri) ?? []
  const type = TYPES.find((each) => each === named)
  if (type === undefined || base64 === undefined) return `${HAS_TO_BE}, as data:image/…;base64,…`
  const bytes = decoded(base64)
  if (bytes === null) return 'is not base64'
  if (bytes.length > IMAGE_BYTES_MAX)
    return `has ${bytes.length} bytes, and may have at most ${IMAGE_BYTES_MAX}: it is part of each page, so that the page stays one request. Make it smaller, or an SVG`
  return isOfType(type, bytes)
    ? type === 'image/svg+xml'
      ? faultOfSvg(bytes)
      : null
    : `is no ${type}: it ${HAS_TO_BE}`
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
    case 'image/svg+xml':
      return /^(?:\u00EF\u00BB\u00BF)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(bytes)
  }
}

const NOT_IN_SVG: readonly (readonly [what: RegExp, name: string])[] = [
  [/<\s*(?:\w+:)?script/i, 'a script'],
  [/[\s"'/]on[a-z]+\s*=/i, 'an event handler'],
  [/<\s*(?:\w+:)?(?:foreignObject|iframe|object|embed|audio|video)\b/i, 'foreign content'],
  [/<!\s*(?:DOCTYPE|ENTITY)/i, 'a document type'],
  [/\bhref\s*=\s*["']?\s*(?!["'#\s])/i, 'a link or an image from elsewhere'],
  [/url\(\s*["']?\s*(?!["'#\s])/i, 'an address to load from'],
  [/@import/i, 'an import'],
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
