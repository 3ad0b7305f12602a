import { describe, expect, it } from 'vitest'
import { AT_MS, sampleIncident, sampleMaintenance, sampleModel } from '../../test/samplePublicModel.ts'
import { affectedBy } from '../domain/affectedLink.ts'
import { LANGUAGES } from '../domain/language.ts'
import { markdownText } from './markdownText.ts'
import { plainText } from './plainText.ts'
import { tellIncident } from './tellPages.ts'
import { tellAffected, tellAffectedEnded, tellSubscribe } from './tellReaders.ts'

const EVERYONE = { regions: [], plans: [] }
const { page } = sampleModel()

describe('the page of a signed link, as text', () => {
  const claims = { exp: AT_MS / 1000, name: 'Acme', components: ['checkout'] }
  const told = (model = sampleModel()) => tellAffected(affectedBy(model, claims, EVERYONE), claims, 'en')

  it('says what the page says: the verdict, whose it is, each incident with its updates, and the way to follow', () => {
    const text = plainText(told())
    for (const said of ['You are affected', 'For Acme', sampleIncident().title, '/subscribe?component=checkout'])
      expect(text).toContain(said)
    expect(text).toContain(sampleIncident().updates[0]?.body ?? 'an update')
  })

  it('tells of maintenance that is under way', () => {
    const maintenances = [sampleMaintenance({ status: 'in_progress', startedAtMs: AT_MS })]
    const text = plainText(told({ ...sampleModel([]), maintenances }))
    expect(text).toContain(sampleMaintenance().title)
  })

  it('is Markdown as well, and plain about links that have ended', () => {
    expect(markdownText(told())).toMatch(/^# .*You are affected\n/)
    expect(markdownText(tellAffectedEnded(page, 'expired', 'de'))).toContain('abgelaufen')
  })
})

describe('how to subscribe, as text', () => {
  it.each(LANGUAGES)('names every way and every feed in %s', (language) => {
    const text = markdownText(tellSubscribe(page, '+49', language))
    for (const said of ['Slack', '/subscribe)', '/history.atom)', '/calendar.ics)', '/api/v2/summary.json)'])
      expect(text).toContain(said)
  })

  it('offers no texts and no notifications where there are none', () => {
    const text = plainText(tellSubscribe({ ...page, isPrivate: true }, null, 'en'))
    expect(text).not.toContain('In this browser')
    expect(text).not.toMatch(/text message/i)
  })
})

describe('an incident, as text', () => {
  const [first] = sampleIncident().updates

  it('says when an update was edited, that nobody wrote it, and whether promises were kept', () => {
    if (first === undefined) throw new Error('the sample has an update')
    const edited = { ...first, edits: [{ body: 'Other words.', untilMs: AT_MS }], isAutomatic: true }
    const earlier = { ...first, id: 'earlier', atMs: first.atMs - 3_600_000, nextUpdateAtMs: first.atMs - 60_000 }
    const text = plainText(tellIncident(page, sampleIncident({ updates: [edited, earlier] }), AT_MS, 'en'))
    expect(text).toContain(`Edited ${new Date(AT_MS).toISOString().slice(0, 16).replace('T', ' ')} UTC`)
    expect(text).toContain('Posted automatically')
    expect(text).toContain('0 of 1 update came when promised.')
  })

  it('says that an update is late once it is', () => {
    const incident = sampleIncident({ nextUpdateAtMs: AT_MS })
    expect(plainText(tellIncident(page, incident, AT_MS - 1, 'en'))).toContain('Next update by 2100-11-24 12:00 UTC.')
    expect(plainText(tellIncident(page, incident, AT_MS + 1, 'en'))).toContain(
      'An update is late. It was due by 2100-11-24 12:00 UTC.',
    )
  })

  it('says that it was added afterwards, and then nothing of promises', () => {
    const text = plainText(tellIncident(page, sampleIncident({ isBackdated: true }), AT_MS, 'en'))
    expect(text).toContain('Added afterwards')
    expect(text).not.toContain('came when promised')
  })
})
