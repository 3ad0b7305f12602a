import { spawnSync } from 'node:child_process'
import { parseFeed } from '@rowanmanning/feed-parser'
import RssParser from 'rss-parser'
import { describe, expect, it } from 'vitest'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { publicFile } from './publicFile.ts'
import type { PublicSource } from './publicSource.ts'

/** What programs that read feeds make of ours, with texts in it that were written to break them. */

const HOSTILE = [
  ']]><script>alert(1)</script>',
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
  '&amp; &#0; &#x1F; \u0000\u0008\u000B\u001B[2J \uFFFE \uFFFF',
  '\uD800 lone \uDFFF surrogates',
  '"quotes\' <b attr="x" onload=y> -->',
  'عربي \u202Egnirts desrever\u202C 🚒👩🏽‍🚒',
  '[click](javascript:alert(1)) ![x](https://a.example/x.png)',
]

function hostileModel(): PublicModel {
  const incidents = HOSTILE.map((text, i) =>
    sampleIncident({
      id: `hostile${i}`,
      title: text,
      updates: sampleIncident().updates.map((update) => ({ ...update, id: `${update.id}-${i}`, body: text })),
    }),
  )
  const model = sampleModel(incidents)
  return {
    ...model,
    page: { ...model.page, name: HOSTILE.join(' ') },
    maintenances: [sampleMaintenance({ title: HOSTILE[0] ?? '' })],
    postMortems: HOSTILE.map((text, i) => samplePostMortem({ id: `hostile${i}`, title: text, body: text })),
  }
}

/** A feed is made of the model alone. */
const NOTHING_ELSE = {} as Omit<PublicSource, 'model'>

function bodyOf(path: string, model: PublicModel): string {
  const file = publicFile(path, { ...NOTHING_ELSE, model })
  if (file?.kind !== 'text') throw new Error(`${path} is no text file`)
  return file.body
}

const XML_FEEDS = ['history.atom', 'history.rss', 'updates.atom'] as const
const MODELS = [
  ['hostile texts', hostileModel()],
  ['an ordinary day', { ...sampleModel(), maintenances: [sampleMaintenance()] }],
  ['nothing at all', { ...sampleModel([]), components: [] }],
] as const satisfies readonly (readonly [string, PublicModel])[]

const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined

describe.each(XML_FEEDS)('%s', (path) => {
  it.each(MODELS)('is read by two parsers with %s', async (_name, model) => {
    const xml = bodyOf(path, model)
    const [one, other] = [parseFeed(xml), await new RssParser().parseString(xml)]
    expect(one.items.length).toBe(other.items.length)
    const expected = path === 'updates.atom' ? 'updates' : 'incidents'
    const told = expected === 'updates' ? model.incidents.flatMap(({ updates }) => updates) : model.incidents
    expect(one.items.length).toBeGreaterThanOrEqual(told.length)

    const ids = one.items.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { title, url, published } of one.items) {
      expect(title).not.toBe('')
      expect(url).toMatch(/^https:\/\/status\.example\//)
      expect(published?.getTime() ?? Number.NaN).toBeLessThanOrEqual(AT_MS)
    }
    // The first decodes entities twice, and would find markup in what is none.
    for (const { content, ['content:encoded']: encoded } of other.items)
      expect(`${content ?? ''}${encoded ?? ''}`).not.toMatch(/<script|<img|href="javascript/i)
  })

  it.each(MODELS)('is the same bytes an hour later, with %s', (_name, model) => {
    expect(bodyOf(path, { ...model, asOfMs: model.asOfMs + 3_600_000 })).toBe(bodyOf(path, model))
  })

  it.runIf(hasXmllint).each(MODELS)('is well-formed to xmllint with %s', (_name, model) => {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '-'], { input: bodyOf(path, model) })
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
  })
})
