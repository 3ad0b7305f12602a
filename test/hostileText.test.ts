import { expect, it } from 'vitest'
import { DATADOG_TRIGGERED } from '../worker/http/intake/datadog.fixtures.ts'
import { parseDatadog } from '../worker/http/intake/datadogHook.ts'
import { textOfHtml } from '../worker/http/intake/readMail.ts'

/** Text that makes a careless pattern go through it again from each of its places, which takes it minutes. */
const FAR_BEYOND_MS = 20_000

it.each(['<style>', '<script ', '<title x>', '<p', '<', '<!--', '<br ', '</p ', '&', '\u00a0', '\n\t', ' '])(
  'HTML of nothing but %j',
  { timeout: FAR_BEYOND_MS },
  (piece) => {
    expect(typeof textOfHtml(piece.repeat(2_000_000 / piece.length))).toBe('string')
  },
)

it.each<[field: string, piece: string]>([
  ['title', '[triggered '],
  ['title', '[warn] '],
  ['title', '['],
  ['tags', ' '],
  ['tags', 'a:  '],
  ['scope', ' x'],
  ['scope', ':'],
])('a %s of nothing but %j from Datadog', { timeout: FAR_BEYOND_MS }, (field, piece) => {
  const text = `x: ${piece.repeat(99_000 / piece.length)}y`
  for (const value of [text, text.slice(3)]) {
    const body = JSON.stringify({ ...DATADOG_TRIGGERED, [field]: value })
    expect(parseDatadog({ contentType: '', headers: {}, body }, 0, 'x').ok).toBe(true)
  }
})

it.each([
  ['<p>Only&nbsp;2% &amp; less</p><div>are   left</div>', 'Only 2% & less\nare left'],
  ['<STYLE>p{}</STYLE >a<br/>b<script>x</scripty></script>c', 'a\nb c'],
  ['<!-- a > b --><head><title>no</title><meta charset="utf-8"></head><body>yes', 'yes'],
  ['<header>Header</header><stylex>shown</stylex>', 'Header shown'],
  ['load < 5 and > 3, <3', 'load < 5 and > 3, <3'],
  ['a <b', 'a <b'],
  ['&lt;p&gt; &copy;', '<p> &copy;'],
  ['<style>p{} never ends', ''],
  ['İ<style>x</style>y', 'İ y'],
])('%j says %j', (html, said) => {
  expect(textOfHtml(html)).toBe(said)
})
