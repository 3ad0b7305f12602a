import type { Appearance } from './appearance.ts'
import type { ImageSize } from './imageSize.ts'
import { imageSize } from './imageSize.ts'
import type { LookImage } from './lookWeight.ts'
import { LOOK_IMAGES, imagesInPage, withImages } from './lookWeight.ts'
import type { ImageType } from './pageImage.ts'
import { readImage } from './pageImage.ts'

/** A look as readers get it: images that have no room in the page are files of it, each named by what is in it. */

export const LOOK_FOLDER = 'look/'

export interface LookFile {
  /** Another for other bytes, so that it may be kept for ever. */
  readonly path: string
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface ShownLook {
  /** Its images are data: URIs, or paths of files. */
  readonly appearance: Appearance
  readonly files: readonly LookFile[]
}

const ENDINGS: Readonly<Record<ImageType, string>> = {
  'image/png': 'png',
  'image/webp': 'webp',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
}
const PATH = new RegExp(
  `^${LOOK_FOLDER}(?:${LOOK_IMAGES.join('|')})(?:-(\\d{1,5})x(\\d{1,5}))?-[0-9a-f]{12}\\.(?:${Object.values(ENDINGS).join('|')})$`,
)

export function isLookPath(path: string): boolean {
  return PATH.test(path)
}

/** Of an image that is a file, as its name says; null where it says nothing. */
export function sizeInName(path: string): ImageSize | null {
  const [, width, height] = PATH.exec(path) ?? []
  return width === undefined || height === undefined ? null : { width: Number(width), height: Number(height) }
}

export function shownLook(appearance: Appearance): ShownLook {
  const inPage = imagesInPage(appearance)
  const files: LookFile[] = []
  const shown = withImages(appearance, (uri, name) => {
    const file = inPage.has(name) ? null : fileOf(uri, name)
    if (file === null) return uri
    files.push(file)
    return file.path
  })
  return { appearance: shown, files }
}

function fileOf(uri: string, name: LookImage): LookFile | null {
  const image = readImage(uri)
  if (image === null) return null
  const { type, bytes } = image
  const size = imageSize(image)
  const sized = size === null ? '' : `-${size.width}x${size.height}`
  return {
    path: `${LOOK_FOLDER}${name}${sized}-${nameOf(bytes)}.${ENDINGS[type]}`,
    // Whatever an SVG says of itself, it is read as what it was judged as.
    contentType: type === 'image/svg+xml' ? `${type}; charset=utf-8` : type,
    bytes: bytesOf(bytes),
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Twelve hex digits for what is in it: two multiplicative hashes side by side. It keeps versions apart, and no secret. */
export function nameOf(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9e3779b9]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x85ebca6b)
    other ^= other >>> 13
  }
  const digits = (value: number) => (value >>> 0).toString(16).padStart(8, '0')
  return digits(one) + digits(other).slice(0, 4)
}
