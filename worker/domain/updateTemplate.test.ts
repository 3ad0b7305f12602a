import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Language } from './language.ts'
import {
  InvestigatingText,
  TEMPLATE_VARIABLES,
  UpdateTemplate,
  faultOf,
  incidentVariables,
  renderTemplate,
} from './updateTemplate.ts'

const INCIDENT = { id: '0123456789ab', publicTitle: 'Checkout is slow', severity: 'sev2' }
const checkout = { name: 'Checkout' }

describe('renderTemplate', () => {
  it.each([
    ['No blanks.', 'No blanks.'],
    ['{{incident.title}}', 'Checkout is slow'],
    ['We look into {{ components }} ({{severity}}).', 'We look into Checkout, Search and Login (sev2).'],
    ['{single} and } and { stay', '{single} and } and { stay'],
  ])('%s', (text, expected) => {
    const components = [checkout, { name: 'Search' }, { name: 'Login' }]
    expect(renderTemplate(text, incidentVariables(INCIDENT, components, 'en', null))).toEqual({
      ok: true,
      text: expected,
    })
  })

  it.each([
    ['{{component}}', '{{component}} is not known'],
    ['{{constructor}}', '{{constructor}} is not known'],
    ['{{incident.title.length}}', 'is not known'],
    ['{{#each components}}', 'is not known'],
    ['{{components', 'not closed'],
    ['components}}', 'not closed'],
    ['{{}}', 'is not known'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(faultOf(text)).toContain(problem)
    expect(renderTemplate(text, {})).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
  })

  it('fills in as the language of the text writes it', () => {
    const page = { name: 'Acme', url: 'https://status.example', language: 'en', timeZone: 'Europe/Berlin' } as const
    const atMs = Date.UTC(2026, 10, 24, 14, 2)
    const more = { status: 'identified', startedAtMs: atMs, nextUpdateAtMs: atMs + 1_800_000, page } as const
    const filled = (language: Language) =>
      renderTemplate(
        '{{status}}, {{components}}, {{next_update}}, {{incident.url}}',
        incidentVariables(INCIDENT, [checkout, { name: 'Search' }], language, more),
      )
    expect([filled('en'), filled('de'), filled('ar')]).toMatchObject([
      {
        text: 'Identified, Checkout and Search, 24 Nov 2026, 15:32 CET, https://status.example/incidents/0123456789ab',
      },
      {
        text: 'Ursache gefunden, Checkout und Search, 24. Nov. 2026, 15:32 MEZ, https://status.example/de/incidents/0123456789ab',
      },
      { text: expect.stringMatching(/Checkout وSearch.*2026.*15:32.*status\.example\/ar\//) },
    ])
  })

  it('asks for what it would have to leave blank', () => {
    expect(renderTemplate('By {{next_update}}.', incidentVariables(INCIDENT, [], 'en', null))).toEqual({
      ok: false,
      problem: 'Choose when the next update comes first: the template promises it.',
    })
  })

  it('fills in text, no markup and no blank', () => {
    const hostile = { name: '[x](javascript:1) **{{severity}}**' }
    expect(renderTemplate('{{components}}', incidentVariables(INCIDENT, [hostile], 'en', null))).toEqual({
      ok: true,
      text: String.raw`\[x\](javascript:1) \*\*{{severity}}\*\*`,
    })
  })

  it('ends, and stays within bounds, whatever the template and the values', () => {
    const piece = fc.constantFrom('{{', '}}', '{', '}', 'components', 'severity', ' ', 'x', '\n', '{{components}}')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), fc.string(), (pieces, value) => {
        const text = pieces.join('')
        const filled = renderTemplate(text, { components: value, severity: value })
        expect(faultOf(text) === null || !filled.ok).toBe(true)
        if (filled.ok) expect(filled.text.length).toBeLessThanOrEqual(10_000)
      }),
    )
  })
})

it('refuses a template with an unknown blank where it is written', () => {
  const given = { id: 'slow', name: 'Slow', text: 'We look into {{compnents}}.' }
  expect(UpdateTemplate.safeParse(given).error?.issues[0]?.message).toContain('{{compnents}} is not known')
  expect(UpdateTemplate.parse({ ...given, text: 'x' })).toEqual({ ...given, text: 'x', translations: {} })
})

it('lets the system say only what it knows', () => {
  expect(InvestigatingText.safeParse('We look into {{components}}.').success).toBe(true)
  expect(InvestigatingText.safeParse('Next by {{next_update}}.').success).toBe(false)
  expect(InvestigatingText.parse(undefined)).toContain('automatically')
})

it('describes each blank', () => {
  for (const [name, meaning] of Object.entries(TEMPLATE_VARIABLES)) {
    expect(faultOf(`{{${name}}}`)).toBeNull()
    expect(meaning).not.toBe('')
  }
})
