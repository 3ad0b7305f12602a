import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CopyManifest, manifestText, sumsText } from './copyManifest.ts'
import { brokenReferences, copiedHtml, copyPath, isPlainPath, rootReferences, storedPathsAt } from './siteCopy.ts'

const ORIGIN = 'https://status.example'
const STORED = [
  'index.html',
  'history.html',
  'history.atom',
  'incidents/abc.html',
  'incidents/abc.txt',
  'look/logo-dark-240x60-0123456789ab.png',
  'de/index.html',
  'de/incidents/abc.html',
]
const rules = {
  origin: ORIGIN,
  has: (path: string) => STORED.includes(path),
  hasAsset: (path: string) => path === 'favicon.svg',
}

describe('copyPath', () => {
  it.each([
    ['index.html', 'index.html'],
    ['history.html', 'history/index.html'],
    ['incidents/abc.html', 'incidents/abc/index.html'],
    ['pages/api/index.html', 'pages/api/index.html'],
    ['api/v2/summary.json', 'api/v2/summary.json'],
    ['history.txt', 'history.txt'],
  ])('%s lies at %s', (stored, copied) => expect(copyPath(stored)).toBe(copied))
})

it('finds an address under the paths a page may be stored at', () => {
  expect(storedPathsAt('')).toEqual(['index.html'])
  expect(storedPathsAt('history/')).toEqual(['history', 'history.html', 'history/index.html'])
})

describe('copiedHtml', () => {
  it.each([
    ['index.html', '<a href="/">x</a>', '<a href="index.html">x</a>'],
    [
      'de/incidents/abc.html',
      '<source srcset="../look/logo-dark-240x60-0123456789ab.png"><img src="data:image/png;base64,AA==">',
      '<source srcset="../../../look/logo-dark-240x60-0123456789ab.png"><img src="data:image/png;base64,AA==">',
    ],
    ['index.html', '<a href="/incidents/abc#u1">x</a>', '<a href="incidents/abc/index.html#u1">x</a>'],
    ['incidents/abc.html', '<a href="/">x</a>', '<a href="../../index.html">x</a>'],
    ['incidents/abc.html', '<a href="/history?q=1">x</a>', '<a href="../../history/index.html?q=1">x</a>'],
    ['incidents/abc.html', "<link rel='icon' href='/favicon.svg'>", '<link rel=\'icon\' href="../../favicon.svg">'],
    ['index.html', `<a href="${ORIGIN}/incidents/abc">x</a>`, '<a href="incidents/abc/index.html">x</a>'],
    ['index.html', `<link rel="canonical" href="${ORIGIN}/">`, `<link rel="canonical" href="${ORIGIN}/">`],
    ['index.html', '<form action="/subscribe">', `<form action="${ORIGIN}/subscribe">`],
    ['index.html', '<a href="/incidents/gone">x</a>', `<a href="${ORIGIN}/incidents/gone">x</a>`],
    ['index.html', '<a href="/a?b=1&amp;c=2">x</a>', `<a href="${ORIGIN}/a?b=1&amp;c=2">x</a>`],
    [
      'history.html',
      '<a href="./">x</a><a href="incidents/abc">',
      '<a href="../index.html">x</a><a href="../incidents/abc/index.html">',
    ],
    ['de/index.html', '<a href="incidents/abc">x</a>', '<a href="incidents/abc/index.html">x</a>'],
    ['de/incidents/abc.html', '<a href="../history.atom">', '<a href="../../../history.atom">'],
    ['de/index.html', `<a href="${ORIGIN}/en/history">`, '<a href="../history/index.html">'],
    ['index.html', '<a href="/a:b/ü">', `<a href="${ORIGIN}/a:b/%C3%BC">`],
    ['index.html', '<a href="javascript:x">', '<a href="javascript:x">'],
    ['index.html', '<a href="?q=1">', '<a href="?q=1">'],
    ['index.html', '<a href="#main">x</a>', '<a href="#main">x</a>'],
    ['index.html', '<a href="//other.example/">x</a>', '<a href="//other.example/">x</a>'],
    ['index.html', '<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'],
    [
      'index.html',
      '<!-- <a href="/"> --><p title="href=&quot;/&quot;">',
      '<!-- <a href="/"> --><p title="href=&quot;/&quot;">',
    ],
    ['index.html', '<style>a[href="/"]{}</style>', '<style>a[href="/"]{}</style>'],
    [
      'index.html',
      '<script>x = \'<a href="/">\'</script><a href="/">',
      '<script>x = \'<a href="/">\'</script><a href="index.html">',
    ],
  ])('in %s, %s becomes %s', (path, html, copied) => expect(copiedHtml(html, path, rules)).toBe(copied))

  it.each([
    ['https://status.example/pages/shop', './history', 'history/index.html'],
    ['https://status.example/pages/shop', '/favicon.svg', 'favicon.svg'],
    ['https://status.example/pages/shop', '/history', 'https://status.example/history'],
    ['https://status.example/pages/shop', '/pages/shopping/', 'https://status.example/pages/shopping/'],
    ['https://status.example/pages/shop', 'https://status.example/pages/shop', 'index.html'],
    ['https://shop.example', '/history', 'history/index.html'],
    ['https://shop.example', 'https://status.example/history', 'https://status.example/history'],
  ])('of a page at %s, %s leads to %s', (origin, from, to) =>
    expect(copiedHtml(`<a href="${from}">`, 'index.html', { ...rules, origin })).toBe(`<a href="${to}">`),
  )

  it('leaves a page whose links all lead somewhere in the copy', () => {
    const html = STORED.map((path) => `<a href="/${path.replace(/(index)?\.html$/, '')}">x</a>`).join('')
    const copies = new Set(STORED.map(copyPath))
    for (const path of STORED.filter((stored) => stored.endsWith('.html')))
      expect(brokenReferences(copiedHtml(html, path, rules), copyPath(path), (target) => copies.has(target))).toEqual(
        [],
      )
  })

  it('changes nothing but references, whatever stands around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (before, after) => {
        const text = (part: string) => part.replaceAll('<', '&lt;')
        const html = `<p>${text(before)}</p><a href="/history">x</a>${text(after)}`
        expect(copiedHtml(html, 'index.html', rules)).toBe(html.replace('href="/history"', 'href="history/index.html"'))
      }),
    )
  })
})

it('says what a reader of a copy would miss', () => {
  const html =
    '<img src="https://cdn.example/x.png"><a href="/x"></a><a href="../y/index.html"></a><a href="https://ok.example"></a>'
  expect(brokenReferences(html, 'a/index.html', () => false)).toEqual([
    'a/index.html loads https://cdn.example/x.png from elsewhere',
    'a/index.html needs /x of its server',
    'a/index.html leads to y/index.html, which is not there',
  ])
})

it('names what a page brings along', () => {
  expect(rootReferences('<link href="/favicon.svg"><script src="/_astro/a.js?v=1"></script><a href="#x">')).toEqual([
    'favicon.svg',
    '_astro/a.js',
  ])
})

it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'C:x', 'a\\b', 'a\0b', '', '.', 'x'.repeat(501)])(
  'does not take %j for the path of a file',
  (path) => expect(isPlainPath(path)).toBe(false),
)

it('writes a manifest that reads back, a file a line', () => {
  const files = ['b', 'a'].map((path) => ({ path, sha256: '0'.repeat(64), bytes: 1, type: 'text/plain' }))
  const text = manifestText(ORIGIN, 0, files)
  expect(CopyManifest.parse(JSON.parse(text)).files.map(({ path }) => path)).toEqual(['a', 'b'])
  expect(text.split('\n')).toHaveLength(5)
  expect(CopyManifest.parse(JSON.parse(manifestText(ORIGIN, 0, []))).files).toEqual([])
  expect(sumsText(files)).toBe(`${'0'.repeat(64)}  a\n${'0'.repeat(64)}  b\n`)
})
