import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Appearance, PublishedAppearance } from './appearance.ts'
import { OWN_COLOURS, appearanceStyle } from './appearanceStyle.ts'
import { TEXT_CONTRAST_MIN, contrast } from './contrast.ts'
import { imageSize } from './imageSize.ts'
import { LOOK_BYTES_MAX, lookWeight } from './lookWeight.ts'
import { ownCssStyle } from './ownCss.ts'
import { faultOfImage, inlineImage } from './pageImage.ts'
import { isLookPath, shownLook, sizeInName } from './shownLook.ts'

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

  const heavyCss = Array.from(
    { length: 40 },
    (_, i) => `.${btoa(noise(45, i)).replaceAll(/[^a-z]/gi, 'x')} { padding: ${i}px ${i * 3}px }`,
  ).join('\n')

  it('has a bound for links and CSS, and says what most of it is', () => {
    expect(messagesOf({ css })).toEqual([])
    expect(messagesOf({ css: heavyCss })).toEqual([
      expect.stringMatching(/^: the links and the CSS add \d{4} bytes to each page.* Most of it is the CSS/),
    ])
  })

  it.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['a small photo', { logo: { light: photo(1700), alt: 'Acme' } }, []],
    ['a photo of 8 KB', { logo: { light: photo(8192), alt: 'Acme' } }, ['logo-light']],
    ['a drawing', { logo: { light: drawing('#123456'), dark: drawing('#ffffff'), alt: 'Acme' } }, []],
    ['a large drawing', { logo: { light: svg('<path d="M0 0h9v9z"/>'.repeat(1000)), alt: 'Acme' } }, ['logo-light']],
    [
      'a photo in the dark only',
      { logo: { light: drawing('#123456'), dark: photo(20_000), alt: 'Acme' } },
      ['logo-dark'],
    ],
    [
      'two that have no room together',
      { logo: { light: photo(1400), dark: photo(1400, 2), alt: 'Acme' } },
      ['logo-dark'],
    ],
    [
      'a large logo beside an icon',
      { logo: { light: photo(102_000), alt: 'Acme' }, favicon: photo(500, 3) },
      ['logo-light'],
    ],
    [
      'all at their largest',
      { logo: { light: photo(102_000), dark: photo(102_000, 2), alt: 'Acme' }, favicon: photo(102_000, 3) },
      ['logo-light', 'logo-dark', 'icon'],
    ],
  ])('leaves in the page what has room there: %s', (_name, look, expected) => {
    const { appearance, files } = shownLook(Appearance.parse(look))
    expect(files.map(({ path }) => /^look\/(logo-light|logo-dark|icon)-/.exec(path)?.[1])).toEqual(expected)
    expect(files.every(({ path }) => isLookPath(path) && JSON.stringify(appearance).includes(path))).toBe(true)
    expect(lookWeight(appearance)).toBeLessThanOrEqual(LOOK_BYTES_MAX)
    expect(PublishedAppearance.safeParse(appearance).error).toBeUndefined()
    expect(messagesOf(appearance)).toHaveLength(files.length)
  })

  it('names a file by what is in it, and how large that is', () => {
    const one = shownLook(Appearance.parse({ logo: { light: photo(8192), alt: 'Acme' } })).files[0]
    const again = shownLook(Appearance.parse({ logo: { light: photo(8192), alt: 'Larkspur' } })).files[0]
    const other = shownLook(Appearance.parse({ logo: { light: photo(8192, 2), alt: 'Acme' } })).files[0]
    expect(again?.path).toBe(one?.path)
    expect(other?.path).not.toBe(one?.path)
    expect(one?.contentType).toBe('image/png')
    expect(Buffer.from(one?.bytes ?? []).toString('base64')).toBe(photo(8192).split(',')[1])
    const drawn = svg(`<!--${'x'.repeat(9000)}-->`).replace(/^.*,/, '')
    const sized = atob(drawn).replace('<svg', '<svg viewBox="0 0 240 60"')
    const file = shownLook(
      Appearance.parse({ logo: { light: `data:image/svg+xml;base64,${btoa(sized)}`, alt: 'Acme' } }),
    ).files[0]
    expect(file).toMatchObject({ contentType: 'image/svg+xml; charset=utf-8' })
    expect(file?.path).toMatch(/^look\/logo-light-240x60-[0-9a-f]{12}\.svg$/)
    expect(sizeInName(file?.path ?? '')).toEqual({ width: 240, height: 60 })
    expect(sizeInName('look/icon-0123456789ab.png')).toBeNull()
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
    [svg('<a-b:script/>'), 'a script'],
    [svg('<a href="#x"><animate attributeName="href" values="javascript:alert(1)"/></a>'), 'a link that changes'],
    [svg('<set attributeName="&#104;ref" to="javascript:alert(1)"/>'), 'a link that changes'],
    [`data:image/svg+xml;base64,${btoa('<?xml version="1.0" encoding="UTF-7"?><svg></svg>')}`, 'another encoding'],
    [`data:image/jpeg;base64,${btoa('GIF89a')}`, 'is no image/jpeg'],
  ])('is refused with its reason: %s', (uri, reason) => expect(faultOfImage(uri)).toContain(reason))

  it('is refused when it is larger than readers would wait for', () => {
    expect(faultOfImage(svg(' '.repeat(102_000)))).toBeNull()
    expect(faultOfImage(svg(' '.repeat(103_000)))).toContain('is larger than 100 KB')
  })

  it('is judged in no time, whatever it is', () => {
    for (const inside of ['<!---->'.repeat(14_000), `<a href=${' '.repeat(100_000)}#`, '<'.repeat(100_000)])
      expect(faultOfImage(svg(inside))).toBeNull()
    expect(faultOfImage(`data:image/svg+xml;base64,${btoa('<!---->'.repeat(14_000))}`)).toContain('is no image')
  })
})

describe('the size of an image', () => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
  it.each([
    ['image/png', bytes('89504e470d0a1a0a0000000d49484452000000f00000003c0806000000'), { width: 240, height: 60 }],
    ['image/webp', `RIFF....WEBPVP8X${bytes('0a00000010000000ef00003b0000')}`, { width: 240, height: 60 }],
    ['image/webp', `RIFF....WEBPVP8L${bytes('000000002fefc00e00')}`, { width: 240, height: 60 }],
    [
      'image/webp',
      `RIFF....WEBPVP8 ${bytes('00000000000000 9d012af0003c00'.replace(' ', ''))}`,
      { width: 240, height: 60 },
    ],
    ['image/jpeg', bytes('ffd8ffe000040000ffc0001108003c00f003'), { width: 240, height: 60 }],
    ['image/svg+xml', '<svg width="240" height="60px">', { width: 240, height: 60 }],
    ['image/svg+xml', '<?xml version="1.0"?><svg viewBox="0 0 239.6,60" width="100%">', { width: 240, height: 60 }],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg">', null],
    ['image/png', bytes('89504e470d0a1a0a0000000d494844520000000000000000'), null],
    ['image/jpeg', bytes('ffd8ff'), null],
  ] as const)('%s: %j', (type, text, expected) => expect(imageSize({ type, bytes: text })).toEqual(expected))
})
