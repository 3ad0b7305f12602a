import type { Appearance } from './appearance.ts'
import { compressedSize } from './compressedSize.ts'
import { ownCssStyle } from './ownCss.ts'
import { inlineImage } from './pageImage.ts'

/**
 * What a look may add to each page as it is sent, compressed. The home page of thirty components with ninety days, three
 * incidents and charts has 12 KB by itself, and stays below 15 with it.
 */
const LOOK_BYTES_MAX = 2560

type Look = Pick<Appearance, 'logo' | 'favicon' | 'headerLinks' | 'footerLinks' | 'css' | 'accent' | 'background'>

/** The text that a look puts into each page. What a dark logo has in common with the light one counts once. */
export function lookWeight(look: Look): number {
  return compressedSize(
    partsOf(look)
      .flatMap(({ texts }) => texts)
      .join('\n'),
  )
}

/** Null when the pages stay small with it. */
export function faultOfWeight(look: Look): string | null {
  const weight = lookWeight(look)
  if (weight <= LOOK_BYTES_MAX) return null
  const sizes = partsOf(look).map(({ name, texts }) => ({ name, size: compressedSize(texts.join('\n')) }))
  const [heaviest] = sizes.toSorted((a, b) => b.size - a.size)
  return `the look adds ${weight} bytes to each page as it is sent, compressed, and may add at most ${LOOK_BYTES_MAX}, so that the page stays small and one request. Most of it is ${heaviest?.name}: make it smaller. An SVG weighs less than a PNG`
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
