import type { Appearance } from './appearance.ts'
import { compressedSize } from './compressedSize.ts'
import { ownCssStyle } from './ownCss.ts'
import { inlineImage } from './pageImage.ts'

/**
 * What a look may add to each page as it is sent, compressed. The home page of thirty components with ninety days, three
 * incidents and charts has 12 KB by itself, and stays below 15 with it.
 */
export const LOOK_BYTES_MAX = 2560
/** A larger SVG is not even weighed. */
const DRAWING_BYTES_MAX = 8 * 1024

export const LOOK_IMAGES = ['logo-light', 'logo-dark', 'icon'] as const
export type LookImage = (typeof LOOK_IMAGES)[number]

type Look = Pick<Appearance, 'logo' | 'favicon' | 'headerLinks' | 'footerLinks' | 'css' | 'accent' | 'background'>

/** The text that a look puts into each page. What a dark logo has in common with the light one counts once. */
export function lookWeight(look: Look): number {
  return compressedSize(
    partsOf(look)
      .flatMap(({ texts }) => texts)
      .join('\n'),
  )
}

/** Those that are part of the page, so that it stays one request; for the others there is no room in it. */
export function imagesInPage(look: Look): ReadonlySet<LookImage> {
  const inPage = new Set<LookImage>()
  for (const name of LOOK_IMAGES) {
    const image = imageOf(look, name)
    if (image === undefined || !mayFit(image)) continue
    const tried = withImages(look, (uri, each) => (each === name || inPage.has(each) ? uri : fileLike(each)))
    if (lookWeight(tried) <= LOOK_BYTES_MAX) inPage.add(name)
  }
  return inPage
}

/** Null when the pages stay small with it. */
export function faultOfWeight(look: Look): string | null {
  const lightest = withImages(look, (_uri, name) => fileLike(name))
  const weight = lookWeight(lightest)
  if (weight <= LOOK_BYTES_MAX) return null
  const sizes = partsOf(lightest).map(({ name, texts }) => ({ name, size: compressedSize(texts.join('\n')) }))
  const [heaviest] = sizes.toSorted((a, b) => b.size - a.size)
  return `the links and the CSS add ${weight} bytes to each page as it is sent, compressed, and may add at most ${LOOK_BYTES_MAX}, so that the page stays small. Most of it is ${heaviest?.name}: make it smaller`
}

/** The same look with other words for its images. */
export function withImages<L extends Look>(look: L, change: (image: string, name: LookImage) => string): L {
  const { logo, favicon } = look
  return {
    ...look,
    ...(logo === undefined
      ? {}
      : {
          logo: {
            ...logo,
            light: change(logo.light, 'logo-light'),
            ...(logo.dark === undefined ? {} : { dark: change(logo.dark, 'logo-dark') }),
          },
        }),
    ...(favicon === undefined ? {} : { favicon: change(favicon, 'icon') }),
  }
}

function imageOf({ logo, favicon }: Look, name: LookImage): string | undefined {
  switch (name) {
    case 'logo-light':
      return logo?.light
    case 'logo-dark':
      return logo?.dark
    case 'icon':
      return favicon
  }
}

function mayFit(uri: string): boolean {
  const bytes = (uri.length * 3) / 4
  return bytes <= (uri.startsWith('data:image/svg+xml;') ? DRAWING_BYTES_MAX : LOOK_BYTES_MAX)
}

/** About as long as its name would be. */
function fileLike(name: LookImage): string {
  return `look/${name}-1200x300-d41d8cd98f00.webp`
}

function partsOf({ logo, favicon, headerLinks, footerLinks, css, accent, background }: Look) {
  const image = (uri: string | undefined) => (uri === undefined ? [] : [inlineImage(uri)])
  const links = [...headerLinks, ...footerLinks].map(({ label, url }) => `<a href="${url}">${label}</a>`)
  return [
    { name: 'the logo', texts: image(logo?.light) },
    { name: 'the logo in the dark theme', texts: image(logo?.dark) },
    { name: 'the icon', texts: image(favicon) },
    { name: 'the links', texts: links },
    { name: 'the CSS', texts: [ownCssStyle(css, { accent, background })] },
  ]
}
