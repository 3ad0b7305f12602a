import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Appearance } from './appearance.ts'
import { OWN_COLOURS, appearanceStyle } from './appearanceStyle.ts'
import { TEXT_CONTRAST_MIN, contrast } from './contrast.ts'
import { lookWeight } from './lookWeight.ts'
import { ownCssStyle } from './ownCss.ts'
import { faultOfImage, inlineImage } from './pageImage.ts'

const svg = (inside: string) =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`)}`
const png = `data:image/png;base64,${btoa('\u0089PNG\r\n\u001A\n\u0000')}`

function messagesOf(appearance: unknown): string[] {
  return (
    Appearance.safeParse(appearance).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
  )
}

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#1d4fc4', '#1d4fc4', 1],
  ])('of %s and %s is %d', (one, other, expected) => {
    expect(contrast(one, other)).toBeCloseTo(expected, 2)
    expect(contrast(other, one)).toBeCloseTo(expected, 2)
  })
})

describe('Appearance', () => {
  it('changes nothing where nothing is said', () => {
    expect(appearanceStyle(Appearance.parse({}))).toBe('')
  })

  it('knows the colours of the page as the page has them', () => {
    const tokens = readFileSync(new URL('../../site/styles/tokens.css', import.meta.url), 'utf8')
    const names = { ground: 'ground', surface: 'surface', ink: 'ink', muted: 'ink-muted', accent: 'accent' } as const
    for (const [ours, theirs] of Object.entries(names) as [keyof typeof names, string][])
      expect(tokens).toContain(`--${theirs}: light-dark(${OWN_COLOURS.light[ours]}, ${OWN_COLOURS.dark[ours]});`)
  })

  it('sets the tokens of both themes', () => {
    const style = appearanceStyle(
      Appearance.parse({ accent: { light: '#7A1F5C', dark: '#ffb3dd' }, font: 'serif', corners: 'square' }),
    )
    expect(style).toContain('--accent:light-dark(#7a1f5c,#ffb3dd)')
    expect(style).toContain('--radius-l:0')
    expect(style).toContain('--font-text:')
    expect(style).not.toMatch(/[<>@\\]|url\(/)
  })

  it.each([
    [
      { accent: { light: '#ffcc00', dark: '#ffcc00' } },
      /^accent: In the light theme, links on the background would have a contrast of 1\.\d/,
    ],
    [{ accent: { light: '#1d4fc4', dark: '#1d4fc4' } }, /^accent: In the dark theme/],
    [{ background: { light: '#333333', dark: '#0f141b' } }, /^background: In the light theme, text/],
    [{ background: { light: '#9aa7c4', dark: '#0f141b' } }, /^background: In the light theme, (?:quiet text|links)/],
    [{ accent: { light: 'red', dark: '#ffffff' } }, /^accent\.light: a colour such as/],
    [{ headerLinks: [{ label: 'x', url: 'javascript:alert(1)' }] }, /^headerLinks\.0\.url/],
  ])('refuses %j, and says why', (appearance, expected) => {
    expect(messagesOf(appearance)[0]).toMatch(expected)
  })

  it('leaves nothing that cannot be read, whatever the colours', () => {
    const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
    fc.assert(
      fc.property(colour, colour, (light, dark) => {
        const { data } = Appearance.safeParse({ accent: { light, dark } })
        if (data === undefined) return
        const pairs = new Map(
          [...appearanceStyle(data).matchAll(/--([\w-]+):light-dark\((#\w{6}),(#\w{6})\)/g)].map(
            ([, name = '', ...both]) => [name, both],
          ),
        )
        for (const [theme, at] of [
          ['light', 0],
          ['dark', 1],
        ] as const) {
          const of = (name: string) => pairs.get(name)?.[at] ?? ''
          expect(contrast(of('ink-on-accent'), of('accent'))).toBeGreaterThanOrEqual(TEXT_CONTRAST_MIN)
          expect(contrast(of('accent-strong'), OWN_COLOURS[theme].surface)).toBeGreaterThanOrEqual(TEXT_CONTRAST_MIN)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the weight of a look', () => {
  /** What does not get smaller: as many bytes as the image has. */
  const noise = (length: number, seed: number) => {
    let state = seed
    return Array.from({ length }, () => {
      state = (state * 1_664_525 + 1_013_904_223) >>> 0
      return String.fromCharCode(state >>> 24)
    }).join('')
  }
  const photo = (length: number, seed = 1) =>
    `data:image/png;base64,${btoa(`\u0089PNG\r\n\u001A\n${noise(length, seed)}`)}`
  const drawing = (fill: string) =>
    svg(
      `<g fill="${fill}">${Array.from(noise(220, 3), (byte, i) => `<path d="M${i} ${byte.charCodeAt(0)}h9v9z"/>`).join('')}</g>`,
    )
  const css = Array.from(
    { length: 40 },
    (_, i) => `.page-foot .a${i} { padding: ${i}px ${40 - i}px; margin: ${i}px }`,
  ).join('\n')
  const LOOKS: Record<string, object> = {
    photo: { logo: { light: photo(1800), alt: 'Acme' } },
    'two photos and an icon': { logo: { light: photo(600), dark: photo(600, 2), alt: 'Acme' }, favicon: photo(500, 3) },
    drawing: { logo: { light: drawing('#123456'), alt: 'Acme' } },
    'the same drawing in the dark': { logo: { light: drawing('#123456'), dark: drawing('#ffffff'), alt: 'Acme' } },
    css: { css },
    links: {
      footerLinks: Array.from({ length: 8 }, (_, i) => ({
        label: `Link ${i}`,
        url: `https://example.com/${btoa(noise(40, i))}`,
      })),
    },
  }

  it.each(Object.entries(LOOKS))('is about what gzip makes of it, and not less: %s', (_name, look) => {
    const appearance = Appearance.parse(look)
    const { logo, favicon, footerLinks } = appearance
    const around = readFileSync(new URL('../../site/styles/public.css', import.meta.url), 'utf8')
    const images = [logo?.light, logo?.dark, favicon].flatMap((uri) => (uri === undefined ? [] : [inlineImage(uri)]))
    const links = footerLinks.map(({ label, url }) => `<a href="${url}">${label}</a>`)
    const added = [...links, ...images, ownCssStyle(appearance.css, appearance)].join('\n')
    const sent = gzipSync(around + added).byteLength - gzipSync(around).byteLength
    const weight = lookWeight(appearance)
    expect(weight).toBeGreaterThanOrEqual(sent * 0.9)
    expect(weight).toBeLessThanOrEqual(sent * 1.5 + 100)
  })

  it('has a bound, and says what most of it is', () => {
    expect(messagesOf({ logo: { light: photo(1800), alt: 'Acme' } })).toEqual([])
    expect(messagesOf({ logo: { light: photo(900), dark: photo(3000, 2), alt: 'Acme' } })).toEqual([
      expect.stringMatching(/^: the look adds \d{4} bytes to each page.* Most of it is the logo in the dark theme/),
    ])
  })

  it('is that of an SVG’s text, which stays what it is', () => {
    const uri = `data:image/svg+xml;base64,${Buffer.from('<svg><text x="1">50 % “für”</text></svg>').toString('base64')}`
    expect(inlineImage(uri)).toMatch(/^data:image\/svg\+xml,%3Csvg%3E%3Ctext%20x='1'/)
    expect(inlineImage(uri)).not.toMatch(/[\s"<>#]/)
    expect(decodeURIComponent(inlineImage(uri).slice('data:image/svg+xml,'.length)).replaceAll("'", '"')).toBe(
      Buffer.from(uri.split(',')[1] ?? '', 'base64').toString('utf8'),
    )
    expect(inlineImage(png)).toBe(png)
  })
})

describe('an image of the page', () => {
  it.each([[svg('<path d="M0 0h9v9z"/>')], [svg('<use href="#a"/><rect fill="url(#b)"/>')], [png]])(
    'is taken: %s',
    (uri) => expect(faultOfImage(uri)).toBeNull(),
  )

  it.each([
    [svg('<script>alert(1)</script>'), 'a script'],
    [svg('<rect onload="alert(1)"/>'), 'an event handler'],
    [svg('<foreignObject/>'), 'foreign content'],
    [svg('<image href="https://evil.example/x.png"/>'), 'a link'],
    [svg('<a xlink:href="javascript:alert(1)"/>'), 'a link'],
    [svg('<style>@import "x"</style>'), 'an import'],
    [svg('<rect fill="url(https://evil.example)"/>'), 'an address'],
    [`data:image/svg+xml;base64,${btoa('<!DOCTYPE svg><svg/>')}`, 'has to be'],
    [`data:image/png;base64,${btoa('GIF89a')}`, 'is no image/png'],
    [`data:text/html;base64,${btoa('<p>')}`, 'has to be'],
    ['https://evil.example/x.png', 'has to be'],
    [svg(' '.repeat(7000)), 'at most 6144'],
  ])('is refused with its reason: %s', (uri, reason) => expect(faultOfImage(uri)).toContain(reason))
})
