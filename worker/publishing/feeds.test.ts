import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import { assertWellFormedXml } from '../../test/wellFormedXml.ts'
import { atomFeed } from './atomFeed.ts'
import { historyFeed, updatesFeed } from './feedEntries.ts'
import { jsonFeed } from './jsonFeed.ts'
import { rssFeed } from './rssFeed.ts'

/** Any UTF-16, and the pieces that break markup on purpose. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        ']]>',
        '<script>',
        '&',
        '"',
        "'",
        '\u0000',
        '\u001B[2J',
        '\uD800',
        '\uFFFE',
        '<!--',
        '`',
        '[a](b)',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('feeds', () => {
  it('stay well-formed whatever was written', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (title, body, name) => {
        const [latest] = sampleIncident().updates
        if (latest === undefined) throw new Error('the sample has updates')
        const model = sampleModel([sampleIncident({ title, updates: [{ ...latest, body }] })])
        const named = { ...model, page: { ...model.page, name }, postMortems: [samplePostMortem({ title, body })] }
        assertWellFormedXml(atomFeed(historyFeed(named, 'history.atom')))
        assertWellFormedXml(atomFeed(updatesFeed(named, 'updates.atom')))
        assertWellFormedXml(rssFeed(historyFeed(named, 'history.rss')))
        JSON.parse(jsonFeed(historyFeed(named, 'feed.json')))
      }),
    )
  })

  it('are the same bytes while nothing changed', () => {
    const model = sampleModel()
    const later = { ...model, asOfMs: AT_MS + 3_600_000 }
    expect(atomFeed(historyFeed(later, 'history.atom'))).toBe(atomFeed(historyFeed(model, 'history.atom')))
    expect(rssFeed(historyFeed(later, 'history.rss'))).toBe(rssFeed(historyFeed(model, 'history.rss')))
    expect(atomFeed(updatesFeed(later, 'updates.atom'))).toBe(atomFeed(updatesFeed(model, 'updates.atom')))
  })

  it('name feed and entries as Statuspage does', () => {
    const xml = atomFeed(historyFeed(sampleModel(), 'history.atom'))
    expect(xml).toContain('<id>tag:status.example,2005:/history</id>')
    expect(xml).toContain('<id>tag:status.example,2005:Incident/0123456789ab</id>')
    expect(xml).toContain('<title>Example &amp; Sons – History</title>')
    expect(xml).toContain('<updated>2100-11-24T11:55:00.000Z</updated>')
    expect(xml).toContain('<link rel="self" type="application/atom+xml" href="https://status.example/history.atom"/>')
    expect(xml.indexOf('Identified')).toBeLessThan(xml.indexOf('Investigating'))
  })

  it('give RSS dates with a year and a zone', () => {
    expect(rssFeed(historyFeed(sampleModel(), 'history.rss'))).toContain(
      '<pubDate>Wed, 24 Nov 2100 11:40:00 +0000</pubDate>',
    )
  })

  it('contain published post-mortems', () => {
    const model = { ...sampleModel(), postMortems: [samplePostMortem()] }
    expect(historyFeed(model, 'history.atom').entries.map(({ id }) => id)).toEqual([
      'tag:status.example,2005:PostMortem/0123456789ab',
      'tag:status.example,2005:Incident/0123456789ab',
    ])
  })

  it('give every update a date of its own, the newest first', () => {
    const [latest] = sampleIncident().updates
    if (latest === undefined) throw new Error('the sample has updates')
    const updates = ['c', 'b', 'a'].map((id) => ({ ...latest, id, atMs: AT_MS }))
    const { entries } = updatesFeed(sampleModel([sampleIncident({ updates })]), 'updates.atom')
    expect(entries.map(({ updatedAtMs }) => updatedAtMs - AT_MS)).toEqual([2000, 1000, 0])
  })

  it('say when an update was edited, and keep the date it was posted', () => {
    const incident = sampleIncident()
    const [latest, ...others] = incident.updates
    if (latest === undefined) throw new Error('the sample has updates')
    const edited = { ...latest, edits: [{ body: 'Other words.', untilMs: AT_MS - 60_000 }] }
    const [entry] = updatesFeed(sampleModel([{ ...incident, updates: [edited, ...others] }]), 'updates.atom').entries
    expect([entry?.publishedAtMs, entry?.updatedAtMs]).toEqual([latest.atMs, AT_MS - 60_000])
  })

  it('take the page’s last change while there is nothing to tell', () => {
    const model = sampleModel([])
    expect(historyFeed(model, 'history.atom').updatedAtMs).toBe(model.page.updatedAtMs)
    assertWellFormedXml(atomFeed(historyFeed(model, 'history.atom')))
  })

  it('date maintenance by when it was told, never by when it takes place, and tell where it was moved from', () => {
    const { scheduledForMs, scheduledUntilMs, updates } = sampleMaintenance()
    const [planned] = updates
    if (planned === undefined) throw new Error('the sample has an update')
    const moved = sampleMaintenance({
      scheduledForMs: scheduledForMs + 3_600_000,
      scheduledUntilMs: scheduledUntilMs + 3_600_000,
      updates: [
        {
          ...planned,
          id: 'moved',
          body: 'An hour later.',
          atMs: AT_MS,
          rescheduledFrom: { scheduledForMs, scheduledUntilMs },
        },
        planned,
      ],
    })
    const model = { ...sampleModel([]), maintenances: [moved] }
    for (const feed of [historyFeed(model, 'history.atom'), updatesFeed(model, 'updates.atom')]) {
      for (const { publishedAtMs, updatedAtMs } of feed.entries)
        expect(Math.max(publishedAtMs, updatedAtMs)).toBeLessThanOrEqual(AT_MS)
      assertWellFormedXml(atomFeed(feed))
    }
    const [entry] = updatesFeed(model, 'updates.atom').entries
    expect(entry).toMatchObject({
      title: 'Rescheduled: Database upgrade',
      link: 'https://status.example/maintenance/0123456789ab#moved',
    })
    expect(entry?.html).toContain(
      'From <del>2100-11-25 12:00 to 14:00 UTC</del> to <strong>2100-11-25 13:00 to 15:00 UTC</strong>',
    )
  })
})
