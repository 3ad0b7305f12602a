import MarkdownIt from 'markdown-it'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import { llmsText } from './llmsText.ts'
import { markdownText } from './markdownText.ts'
import { plainText } from './plainText.ts'
import { tellHome, tellIncident, tellPostMortem, tellUptime } from './tellPages.ts'
import { writtenMarkdown } from './writtenMarkdown.ts'

/** A reader that allows everything. */
const reader = new MarkdownIt({ html: true, linkify: true })
reader.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false })

interface Seen {
  readonly headings: string[]
  readonly links: string[]
  readonly html: string[]
}

function seenIn(markdown: string): Seen {
  const seen: Seen = { headings: [], links: [], html: [] }
  reader.parse(markdown, {}).forEach((token, at, all) => {
    if (token.type === 'heading_open') seen.headings.push(`${token.tag} ${all[at + 1]?.content}`)
    if (token.type === 'html_block') seen.html.push(token.content)
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') seen.links.push(String(child.attrGet('href')))
      if (child.type === 'image') seen.html.push(String(child.attrGet('src')))
      if (child.type === 'html_inline') seen.html.push(child.content)
    }
  })
  return seen
}

const HOSTILE = [
  '# All fine',
  '[click](https://evil.example)',
  'https://evil.example/x',
  'www.evil.example',
  'mail me@evil.example',
  '![x](https://evil.example/i.png)',
  '<a href="https://evil.example">x</a>',
  '<https://evil.example>',
  '[x]: https://evil.example',
  '1. one',
  '- x',
  '+ x',
  '> x',
  '===',
  '---',
  '```',
  '`x`',
  'a | b',
  '**x** _y_ ~~z~~',
  '&lt;script&gt; &#35;',
  String.raw`\[x](https://evil.example)`,
  'two\n# lines\n\n## and more',
  '    indented',
] as const

const THIRD_PARTIES = [
  { id: 'cards', name: 'Cards', url: 'https://cards.example', status: 'partial_outage' as const, sinceMs: AT_MS },
  { id: 'mail', name: 'Mail', url: 'https://mail.example', status: 'operational' as const, sinceMs: AT_MS },
  { id: 'maps', name: 'Maps', url: 'https://maps.example', status: null, sinceMs: null },
]

describe('a page as Markdown', () => {
  it('says what the page says, with links to what it tells of', () => {
    const text = markdownText(tellHome({ ...sampleModel(), maintenances: [sampleMaintenance()] }, 'en'))
    const { headings, links } = seenIn(text)
    expect(headings).toEqual([
      'h1 Example & Sons: Partial System Outage',
      'h2 [Checkout is slow](https://status.example/incidents/0123456789ab)',
      'h3 2100-11-24 11:55 UTC: Identified',
      'h3 2100-11-24 11:40 UTC: Investigating',
      'h2 Components',
      'h2 Scheduled maintenance',
      'h2 Resolved in the last 14 days',
      'h2 For programs',
    ])
    expect(links).toContain('https://status.example/maintenance/0123456789ab')
    expect(text).toContain('A **database** is overloaded.')
    expect(text).toContain('- Shop / Checkout: Partial outage')
    expect(text).toContain('Next update by 2100-11-24 12:25 UTC.')
  })

  it('says of third parties what their pages say, with a link to each, or that it is not known', () => {
    const model = { ...sampleModel(), thirdParties: THIRD_PARTIES }
    const text = markdownText(tellHome(model, 'en'))
    expect(seenIn(text).headings).toContain('h2 Third parties')
    expect(text).toContain('- [Cards](https://cards.example): Partial outage (since 2100-11-24 12:00 UTC)')
    expect(text).toContain('- [Mail](https://mail.example): Operational\n')
    expect(text).toContain('- [Maps](https://maps.example): Not known\n')
    expect(plainText(tellHome(model, 'en'))).toMatch(/^Not known {2,}Maps {2}https:\/\/maps\.example$/m)
    expect(markdownText(tellHome(model, 'de'))).toContain('Teilausfall (seit 2100-11-24 12:00 UTC)')
  })

  it('has the figures of uptime and how they are computed', () => {
    const text = markdownText(
      tellUptime(sampleModel(), [{ id: 'group.checkout', name: 'Shop', uptimePercent: 99.5, downSeconds: 60 }], 'en'),
    )
    expect(text).toContain('## Shop\n\n- Checkout: 100.000 %')
    expect(text).toContain('- All together: 99.500 %')
    expect(text).toContain('## How it is computed')
  })

  it('puts the headings of a post-mortem below those of the page', () => {
    const items = [{ title: 'Add an index', type: 'prevent', dueOn: '2101-01-01', done: true }] as const
    const text = markdownText(
      tellPostMortem(sampleModel().page, samplePostMortem({ body: '# Summary\n\nx' }), items, 'en'),
    )
    expect(text).toContain('\n### Summary\n')
    expect(text).toContain('- [x] Add an index (due 2101-01-01)')
  })

  it.each(HOSTILE)('takes %j in a title for nothing but text', (title) => {
    const model = sampleModel([sampleIncident({ title })])
    const plain = sampleModel([sampleIncident({ title: 'x' })])
    const hostile = {
      ...model,
      page: { ...model.page, name: title },
      components: model.components.map((each) => ({ ...each, name: title, group: title })),
    }
    for (const [got, wanted] of [
      [markdownText(tellHome(hostile, 'en')), markdownText(tellHome(plain, 'en'))],
      [llmsText(hostile), llmsText(plain)],
    ] as const) {
      const [seen, expected] = [seenIn(got), seenIn(wanted)]
      expect(seen.html).toEqual([])
      expect(seen.links).toEqual(expected.links)
      expect(seen.headings.map((heading) => heading.slice(0, 2))).toEqual(
        expected.headings.map((heading) => heading.slice(0, 2)),
      )
    }
  })

  it('shows such a title as it was written', () => {
    for (const title of HOSTILE) {
      const text = markdownText(tellIncident(sampleModel().page, sampleIncident({ title }), 0, 'en'))
      const html = reader.render(text)
      const shown = /[^\n]">([^\n]*)<\/a><\/h2>/.exec(html)?.[1]
      const plain = title.replace(/\s+/g, ' ').trim()
      expect(shown).toBe(reader.utils.escapeHtml(plain))
    }
  })
})

describe('what people wrote', () => {
  it.each([
    ['marks', 'a **b** _c_ ~~d~~ `e|f`', 'a **b** *c* ~~d~~ `e|f`'],
    ['a list in a list', '- a\n  - b\n- c', '- a\n\n  - b\n- c'],
    ['a numbered list', '3. a\n4. b', '3. a\n4. b'],
    ['code', '```sql\nSELECT `x`\n```', '```sql\nSELECT `x`\n```'],
    ['code with fences', '~~~\n```\n~~~', '````\n```\n````'],
    ['a quote', '> a\n> b', '> a\n> b'],
    ['a table', '|a|b|\n|-|-|\n|`c\\|d`|e|', '| a | b |\n| --- | --- |\n| `c\\|d` | e |'],
    ['a link', '[a](https://a.example/x(y))', '[a](<https://a.example/x(y)>)'],
    ['an address', 'see https://a.example/ now', 'see <https://a.example/> now'],
    ['a heading', '# a\n\n## b', '#### a\n\n##### b'],
    ['what begins inside a mark', '*&#32;# x*', String.raw`*\# x*`],
    ['an image', '![x](https://a.example/i.png)', String.raw`\![x](<https://a.example/i.png>)`],
  ])('keeps %s', (_, source, expected) => {
    const written = writtenMarkdown(source, 4)
    // Lines that end with two spaces are broken there, as on the page.
    expect(written.replaceAll(/ +\n/g, '\n')).toBe(expected)
  })

  it('holds neither HTML nor a link to anything but http, https and mail, whatever was written', () => {
    const piece = fc.constantFrom(
      ...HOSTILE,
      '[a](javascript:alert(1))',
      '[a]: javascript:alert(1)',
      '[a][a]',
      '<script>alert(1)</script>',
      '<!--',
      '&#60;b&#62;',
      '&#32;# x',
      '![',
      '](',
      '\\',
      '`',
      '```\n',
      '\n\n',
      '\n',
      '  ',
      '    ',
      '|',
      '- ',
      '> ',
      '*',
      '_',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const source = pieces.join('')
        const seen = seenIn(writtenMarkdown(source, 4))
        expect(seen.html).toEqual([])
        for (const link of seen.links) expect(link).toMatch(/^(?:https?:\/\/|mailto:)/)
        for (const heading of seen.headings) expect(heading).toMatch(/^h[456]/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('llms.txt', () => {
  it('is in the form of llmstxt.org: a title, a summary, and lists of links', () => {
    const text = llmsText(sampleModel())
    expect(text).toMatch(/^# Example & Sons status\n\n> Partial System Outage\./)
    expect(text).toContain(
      '- [Checkout is slow](https://status.example/incidents/0123456789ab.md): Identified, started',
    )
    const others = llmsText({ ...sampleModel(), thirdParties: THIRD_PARTIES })
    expect(others).toContain('- [Cards](https://cards.example): third party, Partial outage since 2100')
    expect(others).not.toContain('https://mail.example')
    for (const line of text.split('\n').filter((each) => each.startsWith('- ')))
      expect(line).toMatch(/^- \[[^\]]+\]\(https:\/\/status\.example\/\S+\): \S/)
  })
})
