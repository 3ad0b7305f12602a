import type { ReadImage } from './pageImage.ts'

/** Pure: how large an image is by itself, from its first bytes, so that its place in a page is kept until it is there. */

export interface ImageSize {
  readonly width: number
  readonly height: number
}

const SIDE_MAX = 20_000

/** Null where the file does not say, or says what cannot be. */
export function imageSize(image: ReadImage): ImageSize | null {
  const size = told(image)
  if (size === null) return null
  const [width, height] = [Math.round(size.width), Math.round(size.height)]
  return [width, height].every((side) => side >= 1 && side <= SIDE_MAX) ? { width, height } : null
}

function told({ type, bytes }: ReadImage): ImageSize | null {
  switch (type) {
    case 'image/png':
      // Its first chunk is the header.
      return bytes.slice(12, 16) === 'IHDR' ? { width: big(bytes, 16, 4), height: big(bytes, 20, 4) } : null
    case 'image/webp':
      return ofWebp(bytes)
    case 'image/jpeg':
      return ofJpeg(bytes)
    case 'image/svg+xml':
      return ofSvg(bytes)
  }
}

/** Source: RFC 9649, 2.5 to 2.7. */
function ofWebp(bytes: string): ImageSize | null {
  switch (bytes.slice(12, 16)) {
    case 'VP8 ':
      return { width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff }
    case 'VP8L': {
      const bits = little(bytes, 21, 4)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1 }
    default:
      return null
  }
}

/** Source: ITU-T T.81, B.2: segments, each with its length, up to the one that begins a frame. */
function ofJpeg(bytes: string): ImageSize | null {
  for (let at = 2; at + 9 < bytes.length && bytes.charCodeAt(at) === 0xff;) {
    const marker = bytes.charCodeAt(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: big(bytes, at + 7, 2), height: big(bytes, at + 5, 2) }
    // Any number of these may fill up before a marker.
    at += marker === 0xff ? 1 : 2 + big(bytes, at + 2, 2)
  }
  return null
}

function ofSvg(bytes: string): ImageSize | null {
  const [root = ''] = /<svg[\s>][^>]*/.exec(bytes) ?? []
  const length = (name: string) =>
    Number(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]+)(?:px)?\\s*["']`).exec(root)?.[1] ?? Number.NaN)
  const [width, height] = [length('width'), length('height')]
  if (width > 0 && height > 0) return { width, height }
  const [, box = ''] = /\sviewBox\s*=\s*["']([^"']*)["']/.exec(root) ?? []
  const [, , boxWidth = Number.NaN, boxHeight = Number.NaN] = box
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  return boxWidth > 0 && boxHeight > 0 ? { width: boxWidth, height: boxHeight } : null
}

/** The first byte is the highest. */
function big(bytes: string, from: number, length: number): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + bytes.charCodeAt(from + i)
  return value
}

function little(bytes: string, from: number, length: number): number {
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes.charCodeAt(from + i)
  return value
}
