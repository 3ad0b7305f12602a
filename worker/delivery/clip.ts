/** Pure: cutting texts to what a channel takes. */

const encoder = new TextEncoder()

/** At most `lengthMax` UTF-16 units, ending in an ellipsis where something is missing; no character is cut in two. */
export function clip(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  if (lengthMax < 1) return ''
  return `${whole(text.slice(0, lengthMax - 1)).trimEnd()}…`
}

export function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** Without half a character at the end. */
function whole(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text
}
