import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Appearance } from './appearance.ts'
import { CSS_BYTES_MAX, ownCssStyle, readOwnCss } from './ownCss.ts'
import { STATE_INKS } from './ownCssColour.ts'

const read = (css: string) => readOwnCss(css, {})
/** Nothing of this may come out, whatever goes in. */
const NEVER =
  /url\(|image-set|@(?!media)|<|\\|expression|behavior|-moz-binding|javascript:|position|z-index|!important|display:(?:none|contents)|visibility|opacity|font-size:0/i

describe('CSS of one’s own', () => {
  it.each([
    ['.a{}', ''],
    ['h1 { Letter-Spacing: -.02em } /* a note */', 'h1{letter-spacing:-.02em}'],
    ['.page-head{background:#7A1F5C;color:WHITE}', '.page-head{background:#7a1f5c;color:#ffffff}'],
    [
      '.page-head nav > a:hover::after { content: "→"; margin: 0 auto var(--space-2) 1rem }',
      '.page-head nav>a:hover::after{content:"→";margin:0 auto var(--space-2) 1rem}',
    ],
    [':root { --radius-m: 0; --font-text: "Acme Sans", serif }', ':root{--radius-m:0;--font-text:"Acme Sans",serif}'],
    [
      '@media screen and (min-width: 48rem), print { .group { border: 2px dashed #333 } }',
      '@media screen and (min-width:48rem),print{.group{border:2px dashed #333333}}',
    ],
    [
      '@media (prefers-color-scheme: dark) { .update-head { color: #fff } }',
      '@media (prefers-color-scheme:dark){.update-head{color:#ffffff}}',
    ],
    [
      '.page-foot{background:linear-gradient(45deg, #000, #222 50%);color:#eee}',
      '.page-foot{background:linear-gradient(45deg,#000000,#222222 50%);color:#eeeeee}',
    ],
    [
      '.group>ul{grid-template-columns:repeat(2, minmax(0, 1fr))}',
      '.group>ul{grid-template-columns:repeat(2,minmax(0,1fr))}',
    ],
    ['a{color:light-dark(#123456,#eeeeff)}', 'a{color:light-dark(#123456,#eeeeff)}'],
    ['[dir=rtl] h2,h3{text-align:center}', '[dir="rtl"] h2,h3{text-align:center}'],
  ])('is written anew: %s', (css, expected) => {
    expect(read(css)).toEqual({ css: expected, faults: [] })
    expect(read(expected).css).toBe(expected)
  })

  it.each([
    ['@import "https://evil.example/x.css";', '@import is not taken'],
    ['@charset "utf-8";', '@charset is not taken'],
    ['@font-face { font-family: x; src: url(x) }', '@font-face is not taken'],
    ['@supports (display: grid) { a { gap: 0 } }', '@supports is not taken'],
    ['@media print { @import "x"; }', '@import is not taken in @media'],
    ['@media not print { a { gap: 0 } }', 'a query has'],
    ['@media (width > 3px) { a { gap: 0 } }', 'a query has'],
    ['@media (color-index: 1) { a { gap: 0 } }', 'a query has'],
    ['a { background: url(https://evil.example/?x) }', 'url() would load'],
    ['a { background: url("x") }', 'url() would load'],
    ['a { background: URL(x) }', 'url() would load'],
    ['a { background: image-set("x" 1x) }', 'image-set() is not taken'],
    ['a { background: -webkit-image-set("x" 1x) }', 'is not taken'],
    ['a { --radius-s: url(x) }', 'url() would load'],
    ['a { background: \\75rl(x) }', '“\\” is not taken'],
    ['a { width: expression(alert(1)) }', 'expression() is not taken'],
    ['a { behavior: x }', 'would load or run'],
    ['a { -moz-binding: x }', 'would load or run'],
    ['a { background-image: none }', 'would load or run'],
    ['a { pos\\69tion: fixed }', '“\\” is not taken'],
    ['a { POSITION: Fixed }', 'out of their place'],
    ['a { position: sticky }', 'out of their place'],
    ['a { z-index: 9999 }', 'out of their place'],
    ['.overall { transform: scale(0) }', 'out of their place'],
    ['.overall { margin-left: -9999px }', 'is not between 0px and 160px'],
    ['.overall { display: none }', 'would hide what readers have to see'],
    ['.overall { display: contents }', 'would hide what readers have to see'],
    ['.stale { visibility: hidden }', 'would hide what readers have to see'],
    ['h1 { opacity: 0 }', 'would hide what readers have to see'],
    ['h1 { font-size: 0 }', 'is not between 14px and 64px'],
    ['h1 { font-size: .1rem }', 'is not between 14px and 64px'],
    ['h1 { font-size: 50% }', 'is not taken here'],
    ['h1 { font-size: 1e0rem }', 'is not a plain number'],
    ['h1 { line-height: 0 }', 'is not between 1.1 and 2.5'],
    ['h1 { letter-spacing: -1em }', 'is not between'],
    ['h1 { width: 0; overflow: hidden }', 'is not between 64px'],
    ['h1 { clip-path: inset(50%) }', 'would hide'],
    ['h1 { text-indent: 100vw }', 'would hide'],
    ['h1 { font: 0/0 a }', 'one by one'],
    ['h1 { color: transparent }', 'would hide what readers have to see'],
    ['h1 { color: #fff0 }', 'a colour is written as #rrggbb'],
    ['h1 { color: rgb(0 0 0 / 0) }', 'rgb() is not taken; a colour is written as #rrggbb'],
    ['h1 { color: red }', 'a colour is written as #rrggbb'],
    ['p { color: #fff }', 'in the light theme, text would have a contrast of 1.0'],
    ['.incident { background: #fff }', 'in the dark theme, text would have a contrast of'],
    ['.incident { background: #000; color: #fff }', 'in the light theme'],
    ['.page-head ~ main { background: #000; color: #fff }', 'in the light theme'],
    ['.page-head { background: #7a1f5c }', 'give text and background in one rule'],
    ['a { outline: none }', 'somebody with a keyboard'],
    ['a { gap: 0 !important }', '!important is not taken'],
    [':root { --ink: #fff }', 'where its contrast is known'],
    [':root { --major-ink: #0a6552 }', 'the colour of a state'],
    [':root { --x: 1 }', 'none of the page’s own properties'],
    ['a { gap: var(--x) }', 'var(--x) is not taken here'],
    ['a { gap: var(--space-1, url(x)) }', 'is not taken here'],
    ['h1 { content: "All is well" }', 'content is for ::before and ::after'],
    ['h1::before { content: attr(href) }', 'attr() is not taken'],
    ['h1::before { content: counter(x) }', 'counter() is not taken'],
    [`h1::before { content: '"' }`, 'no quotes'],
    ['h1::before { content: "\u202E" }', 'nothing that turns text around'],
    ['.overall { min-width: 2400px }', 'is not between 64px and 320px'],
    ['.overall { width: max-content }', 'is not taken here'],
    ['a::before { content: "</style><script>alert(1)</script>" }', '“<” is not taken'],
    ['</style>', '“<” is not taken'],
    ['<!-- a { gap: 0 } -->', '“<” is not taken'],
    ['a { gap: 0 } -->', 'is no rule'],
    ['a { gap: 0 } /* not closed', 'a comment is not closed'],
    ['a { gap: 0 } }', 'cannot be read'],
    ['a { *zoom: 1 }', 'is not among'],
    ['a { gap }', 'cannot be read'],
    ['a { b { gap: 0 } }', 'cannot be read'],
    ['a { & b { gap: 0 } }', 'rules in rules'],
    ['a:has(b) { gap: 0 }', ':has is not taken'],
    ['a::selection { gap: 0 }', '::selection is not taken'],
    ['a[href^="x"] { gap: 0 }', 'the selector is not taken'],
    ['svg|a { gap: 0 }', 'the selector is not taken'],
    ['a b c d e f { gap: 0 }', 'at most 5 steps'],
    ['a { gap: 0\u0000 }', 'cannot be seen'],
  ])('is refused with its reason: %s', (css, reason) => {
    const { css: written, faults } = read(css)
    expect(faults.map(({ message }) => message).join('\n')).toContain(reason)
    expect(written).toBe('')
  })

  it('has its bounds', () => {
    const [many, long] = [read('a{gap:0}'.repeat(101)), read(' '.repeat(CSS_BYTES_MAX + 1))]
    expect(many.faults).toMatchObject([{ message: 'there are more than 100 selectors' }])
    expect(long.faults[0]?.message).toContain('may have at most 4096')
  })

  it('says the line of each thing that is refused', () => {
    const { faults } = read(
      'h1 {\n  gap: 0;\n  float: left;\n}\n@media print {\n  a:is(b) { gap: 0 }\n}\np { opacity: 0 }',
    )
    expect(faults.map(({ line }) => line)).toEqual([3, 6, 8])
    const { error } = Appearance.safeParse({ css: 'h1 { gap: 0 }\nh1 { opacity: 0 }' })
    expect(error?.issues).toMatchObject([
      { path: ['css'], message: 'line 2 of it: opacity would hide what readers have to see' },
    ])
  })

  it('is judged by the colours of the page', () => {
    const css = '.updates{background:var(--accent)}'
    expect(read(css).faults).toHaveLength(1)
    expect(read('.page-head{background:var(--accent);color:var(--ink-on-accent)}').faults).toEqual([])
    const head = '.page-head{background:#000;color:#fff}'
    expect(read(`${head}.page-head a:hover{color:#eee}`).faults).toEqual([])
    expect(read(`${head}.page-foot a{color:#eee}`).faults).toHaveLength(1)
    expect(read(`${head}.page-head a{color:#111}`).faults).toHaveLength(1)
    expect(read(`@media (min-width:9rem){${head}}.page-head a{color:#fff}`).faults).toHaveLength(1)
    expect(read(`@media (prefers-color-scheme:light){${head}}.page-head a{color:#fff}`).faults).toEqual([])
    expect(readOwnCss('a{color:#1d4fc4}', { background: { light: '#8a8a8a', dark: '#0f141b' } }).faults).toHaveLength(1)
  })

  it('knows the colours of states as the page has them', () => {
    const tokens = readFileSync(new URL('../../site/styles/tokens.css', import.meta.url), 'utf8')
    for (const [i, name] of ['operational', 'maintenance', 'degraded', 'partial', 'major'].entries())
      expect(tokens).toContain(`--${name}-ink: light-dark(${STATE_INKS[i]?.light}, ${STATE_INKS[i]?.dark});`)
  })

  it('is followed by what keeps its colours', () => {
    expect(ownCssStyle('h1{gap:0}', {})).toMatch(/^h1\{gap:0\}\.overall\{background:var\(--state-ground\)!important\}/)
    expect(ownCssStyle('h1{opacity:0}', {})).toBe('')
    expect(ownCssStyle(undefined, {})).toBe('')
  })
})

describe('brackets that do not go in pairs', () => {
  it.each([
    ['fixed)opacity:0;@import "x";)expression(', 1, '“)” closes nothing'],
    ['a {\n gap: 0;\n}\n}', 4, '“}” closes nothing'],
    ['a {\n gap: calc(1px;\n}', 3, '“}” closes nothing'],
    ['h1 { gap: 0 }\na {\n gap: 0;', 2, '“}” is missing'],
    ['a[href="]" { gap: 0 }', 1, '“]” is missing'],
  ])('are refused with their line: %j', (text, line, message) => {
    expect(read(text).faults).toEqual([{ line, message: `cannot be read: ${message}` }])
  })

  it('never hold up the parser, whatever it read before', () => {
    for (const before of ['(', '[', '{', 'x(']) {
      read(`a{${before.repeat(80)}`)
      expect(read('fixedurl(x)opacity:0;@import "x";)expression(').faults).toHaveLength(1)
    }
  })

  it('are no matter in strings and comments', () => {
    expect(read('a{gap:0/* ) */}h1::after{content:")"}').faults).toEqual([])
  })
})

describe('whatever goes in', () => {
  const piece = fc.constantFrom(
    ...'a|.overall|h1|*|.page-head|#main|::before|:hover|:root|,|>| |{|}|(|)|;|:|/*|*/|"|\'|\\|<|</style>|<!--|-->|!important'.split(
      '|',
    ),
    ...'@import "x";|@media print{|@media (min-width:1px){|@font-face{|@supports|@layer x;|url(|url(x)|image-set(|expression('.split(
      '|',
    ),
    ...'position:fixed;|position|fixed|display:none;|display|none|opacity:0;|font-size:0;|font-size:1rem;|content:"x";|color:#fff;'.split(
      '|',
    ),
    ...'color:light-dark(#000,#fff);|background:#000;|background:url(x);|margin:-1px;|margin:1px auto;|--space-1:1px;|--x:|var(--ink)'.split(
      '|',
    ),
    ...'gap:0;|gap|border:1px solid #123;|#fff|1px|0|-1|1e9|50%|calc(1px)|\n|\u0000|é|\u2028'.split('|'),
  )
  const rule = fc
    .tuple(
      fc.constantFrom('a', '.page-head', 'h1::after', '@media print{p'),
      fc.array(fc.oneof({ weight: 3, arbitrary: piece }, fc.string({ maxLength: 4 })), { maxLength: 4 }),
    )
    .map(([selector, parts]) => `${selector}{${parts.join('')}}${selector.startsWith('@') ? '}' : ''}`)
  const declaration = fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...'gap:|border-width:|margin:|--space-1:|padding:'.split('|')) },
        fc.constantFrom(...'color:|content:|background:|display:|position:|font-size:'.split('|')),
      ),
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom('0', '1px', '1rem', '.25rem') },
        fc.constantFrom(...'2px solid #123|light-dark(#000,#fff)|"x"|block|none|fixed|url(x)'.split('|')),
      ),
      fc.constantFrom(';', ' ; ', ';/* ; */'),
    )
    .map((parts) => parts.join(''))
  const tidy = fc
    .tuple(
      fc.constantFrom('a{', '.page-head a{', 'h1::after{', '@media (min-width:9rem){p{'),
      fc.array(declaration, { maxLength: 2 }),
    )
    .map(([start, declarations]) => `${start}${declarations.join('')}${start.startsWith('@') ? '}' : ''}}`)
  const css = fc.oneof(
    fc.array(tidy, { maxLength: 2 }).map((rules) => rules.join('\n')),
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.array(rule, { maxLength: 4 }).map((rules) => rules.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )

  it('comes out harmless, the same when it is read again, or refused with a line', () => {
    let taken = 0
    fc.assert(
      fc.property(css, (text) => {
        const { css: written, faults } = read(text)
        if (faults.length > 0) {
          expect(written).toBe('')
          for (const { line, message } of faults) {
            expect(line).toBeGreaterThan(0)
            expect(message).not.toBe('')
          }
          return
        }
        if (written !== '') taken += 1
        expect(written).not.toMatch(NEVER)
        expect(read(written)).toEqual({ css: written, faults: [] })
      }),
      { numRuns: 2000 },
    )
    expect(taken).toBeGreaterThan(50)
  })
})
