import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MARKDOWN_LENGTH_MAX, renderMarkdown } from './markdown.ts'

describe('renderMarkdown', () => {
  it.each([
    ['raw HTML', '<script>alert(1)</script>', '&lt;script&gt;'],
    ['a javascript link', '[x](javascript:alert(1))', '[x](javascript:alert(1))'],
    ['a data link', '[x](data:text/html,hi)', '[x](data:text/html,hi)'],
    ['a link without a scheme', '[x](//evil.example)', '[x](//evil.example)'],
    ['a bare name', 'see status.example', '<p>see status.example</p>'],
    ['an image', '![x](https://a.example/i.png)', '!<a href="https://a.example/i.png"'],
  ])('shows %s as it may be shown', (_, source, expected) => {
    const html = renderMarkdown(source)
    expect(html).toContain(expected)
    expect(html).not.toMatch(/<(?!\/?(?:p|a|br|strong|em|code|pre)\b)/)
  })

  it('links http, https and mail addresses', () => {
    const html = renderMarkdown('https://a.example/ and [mail](mailto:a@b.example)')
    expect(html).toContain('<a href="https://a.example/" rel="nofollow noopener noreferrer">')
    expect(html).toContain('href="mailto:a@b.example"')
  })

  it('moves headings to where the page has room for them', () => {
    expect(renderMarkdown('## Summary\n\n### Cause', 2)).toBe('<h2>Summary</h2>\n<h3>Cause</h3>\n')
    expect(renderMarkdown('# Summary')).toBe('<h3>Summary</h3>\n')
  })

  it('never lets a script, a handler or a foreign scheme through', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '<script',
            '>',
            '[a](',
            'javascript:',
            ')',
            '`',
            '\n',
            ' ',
            'onerror=',
            '<img src=x ',
            '"',
            '&#106;',
            '](',
            '![',
            '<',
            '\t',
            'data:',
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const html = renderMarkdown(parts.join(''))
          expect(html).not.toMatch(/<(?:script|img|iframe|style|object)/i)
          expect(html).not.toMatch(/<[^>]*\shref="(?!"|https?:|mailto:)/i)
        },
      ),
    )
  })

  it.each(['*a_ ', '[', '`', '> ', '- ', '![](', '<a ', '**', '~~a '])('takes 64 KB of %j in bounded time', (piece) => {
    const startMs = performance.now()
    renderMarkdown(piece.repeat(Math.ceil(65_536 / piece.length)))
    expect(performance.now() - startMs).toBeLessThan(3000)
  })

  it('says when it cut something off, and loses nothing before that', () => {
    const long = `${'word '.repeat(200)}\n\n`.repeat(100)
    expect(renderMarkdown(long).match(/word/g)).toHaveLength(20_000)
    expect(renderMarkdown('a'.repeat(MARKDOWN_LENGTH_MAX + 1))).toContain('too long')
  })
})
