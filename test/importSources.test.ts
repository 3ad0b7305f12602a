import { describe, expect, it } from 'vitest'
import { pastOfCachet } from '../cli/import/cachet.ts'
import { plainBody } from '../cli/import/otherPage.ts'
import type { OtherPage, PastDraft } from '../cli/import/otherPage.ts'
import { pastOfStatuspage } from '../cli/import/statuspage.ts'
import { pastOfUpptime } from '../cli/import/upptime.ts'
import { planImport } from '../worker/domain/importPast.ts'
import type { ImportPlan } from '../worker/domain/importPast.ts'
import { PastDocument } from '../worker/domain/pastDocument.ts'
import { CACHET_2, CACHET_3, STATUSPAGE, UPPTIME } from './otherPages.fixtures.ts'

const NOW_MS = Date.UTC(2026, 1, 1)
const URL_THERE = 'https://status.acme.example'
const OURS = [
  { id: 'checkout', name: 'Checkout', group: 'Shop' },
  { id: 'partner-api', name: 'Partner API', group: null },
]

function page(files: Readonly<Record<string, unknown>>): OtherPage {
  return {
    text: (path) => {
      const found = files[path.replace(/\?.*$/, '')]
      return Promise.resolve(found === undefined ? null : typeof found === 'string' ? found : JSON.stringify(found))
    },
  }
}

const planOf = (draft: PastDraft, nowMs = NOW_MS): ImportPlan => planImport(PastDocument.parse(draft), OURS, nowMs)

/** The parts that people look at. */
const shown = ({ past, refused }: ImportPlan) => ({
  incidents: past.incidents.map(({ id, title, impact, updates, components }) => ({
    id,
    title,
    impact,
    updates: updates.map(({ status, atMs }) => `${status} ${new Date(atMs).toISOString()}`),
    components: components.map(({ id: component }) => component),
  })),
  maintenances: past.maintenances.map(
    ({ id, title, status, components }) => `${id} ${title} ${status} ${components.map((c) => c.id).join()}`,
  ),
  redirects: past.redirects.map(({ from, to }) => `${from} → ${to}`),
  refused: refused.map(({ code, reason }) => `${code} ${reason}`),
})

describe('Statuspage', () => {
  it('becomes past here, without what is still open', async () => {
    const plan = planOf(await pastOfStatuspage(page(STATUSPAGE), URL_THERE))
    expect(shown(plan)).toMatchSnapshot()
    expect(plan.components.map(({ name, id }) => `${name} ${id}`)).toEqual([
      'Checkout checkout',
      'Warehouse robots null',
    ])
  })

  it('keeps hostile texts as texts', async () => {
    const [incident] = planOf(await pastOfStatuspage(page(STATUSPAGE), URL_THERE)).past.incidents
    expect(incident?.title).not.toMatch(/[<>]/)
    expect(incident?.updates.find(({ status }) => status === 'identified')?.body).toContain(
      'See [this](https://acme.example/x).\nalert(1) bold',
    )
  })

  it('is refused with the place when it is something else', async () => {
    await expect(pastOfStatuspage(page({}), URL_THERE)).rejects.toThrow('has no /api/v2/incidents.json')
    const odd = { ...STATUSPAGE, '/api/v2/incidents.json': { incidents: [{ id: 7 }] } }
    await expect(pastOfStatuspage(page(odd), URL_THERE)).rejects.toThrow('incidents.0.id')
    await expect(
      pastOfStatuspage(page({ ...STATUSPAGE, '/api/v2/incidents.json': '<html>' }), URL_THERE),
    ).rejects.toThrow('is not JSON')
  })
})

it.each([
  ['Cachet 2', CACHET_2],
  ['Cachet 3', CACHET_3],
])('%s becomes past here, without what was hidden', async (_, files) => {
  expect(shown(planOf(await pastOfCachet(page(files), URL_THERE)))).toMatchSnapshot()
})

it('Upptime becomes past here, of the issues that are its', async () => {
  const draft = await pastOfUpptime({ files: page(UPPTIME), api: null, url: 'https://github.com/acme/status' })
  expect(shown(planOf(draft))).toMatchSnapshot()
})

describe('planImport', () => {
  const incident = (changes: object = {}) => ({
    code: 'a',
    title: 'A',
    impact: 'none',
    updates: [{ code: 'u', at: '2026-01-01T00:00:00Z', status: 'resolved', body: '' }],
    ...changes,
  })
  const draft = (incidents: object[]) => PastDocument.parse({ source: { kind: 'cachet', url: URL_THERE }, incidents })

  it.each([
    ['no_updates', [incident({ updates: [] })]],
    [
      'still_open',
      [incident({ updates: [{ code: 'u', at: '2026-01-01T00:00:00Z', status: 'monitoring', body: '' }] })],
    ],
    [
      'in_the_future',
      [incident({ updates: [{ code: 'u', at: '2027-01-01T00:00:00Z', status: 'resolved', body: '' }] })],
    ],
    ['before_1990', [incident({ startedAt: '1970-01-01T00:00:00Z' })]],
    ['ends_before_it_starts', [incident({ startedAt: '2026-01-02T00:00:00Z' })]],
    ['twice', [incident(), incident()]],
  ])('refuses what is %s, and nothing beside it', (reason, incidents) => {
    const { refused, past } = planImport(draft([...incidents, incident({ code: 'b' })]), OURS, NOW_MS)
    expect(refused.map((thing) => thing.reason)).toEqual([reason])
    expect(past.incidents.at(-1)?.id).toMatch(/-b$/)
  })

  it('gives the same ids each time, and others for another page', () => {
    const idOf = (url: string) =>
      planImport({ ...draft([incident()]), source: { kind: 'cachet', url } }, OURS, NOW_MS).past.incidents[0]?.id
    expect(idOf(URL_THERE)).toBe(idOf(`${URL_THERE}/`))
    expect(idOf(URL_THERE)).not.toBe(idOf('https://other.example'))
    expect(idOf(URL_THERE)).toMatch(/^cachet-[0-9a-f]{6}-a$/)
  })

  it.each(['//evil.example/x', '/a b', 'https://evil.example', '/x?y', '/x\\y'])(
    'takes no %j for an old address',
    (path) => {
      expect(() => draft([incident({ paths: [path] })])).toThrow()
    },
  )
})

it('makes Markdown of HTML, and text of what is left', () => {
  expect(plainBody('<p>One</p><p>Two &amp; <b>three</b></p><a href="javascript:x">y</a>')).toBe('One\nTwo & three\ny')
})
