import ICAL from 'ical.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AT_MS, sampleMaintenance, sampleModel } from '../../test/samplePublicModel.ts'
import type { PublicMaintenance } from '../domain/publicModel.ts'
import { calendarFile, maintenanceCalendar } from './calendar.ts'

/** As a calendar program reads it. */
function eventsOf(ics: string): ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(ics))
  return calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event))
}

function calendarOf(...maintenances: PublicMaintenance[]): string {
  return calendarFile({ ...sampleModel(), maintenances })
}

const octets = (text: string) => new TextEncoder().encode(text).byteLength

describe('the calendar', () => {
  it('is one event for each maintenance, at its times', () => {
    const [event] = eventsOf(calendarOf(sampleMaintenance()))
    expect(event).toMatchObject({
      uid: 'maintenance-0123456789ab@status.example',
      sequence: 0,
      summary: 'Example & Sons: Database upgrade',
    })
    expect(event?.startDate.toJSDate().toISOString()).toBe('2100-11-25T12:00:00.000Z')
    expect(event?.endDate.toJSDate().toISOString()).toBe('2100-11-25T14:00:00.000Z')
    expect(event?.description).toContain('Scheduled. Affects Checkout.')
    expect(event?.description).toContain('https://status.example/maintenance/0123456789ab')
  })

  it('keeps the name of an event when it is moved or cancelled, and counts up', () => {
    const moved = eventsOf(calendarOf(sampleMaintenance({ sequence: 1, scheduledForMs: AT_MS })))[0]
    expect(moved).toMatchObject({ uid: 'maintenance-0123456789ab@status.example', sequence: 1 })
    const cancelled = eventsOf(calendarOf(sampleMaintenance({ sequence: 2, status: 'cancelled' })))[0]
    expect(cancelled?.component.getFirstPropertyValue('status')).toBe('CANCELLED')
    expect(cancelled).toMatchObject({ uid: 'maintenance-0123456789ab@status.example', sequence: 2 })
  })

  it('does not look at the clock', () => {
    const model = { ...sampleModel(), maintenances: [sampleMaintenance()] }
    expect(calendarFile({ ...model, asOfMs: AT_MS + 1e9 })).toBe(calendarFile(model))
    expect(calendarFile(model)).toContain('DTSTAMP:21001124T110000Z\r\n')
  })

  it('is a calendar before anything was planned', () => {
    expect(eventsOf(calendarOf())).toEqual([])
  })

  it('has one of its own for each', () => {
    expect(eventsOf(maintenanceCalendar(sampleModel().page, sampleMaintenance()))).toHaveLength(1)
  })

  it('survives whatever people write, in lines of at most 75 octets that end in CR LF', () => {
    const written = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(written, written, (title, body) => {
        const { updates } = sampleMaintenance()
        const ics = calendarOf(sampleMaintenance({ title, updates: updates.map((update) => ({ ...update, body })) }))
        const lines = ics.split('\r\n')
        expect(lines.pop()).toBe('')
        for (const line of lines) {
          expect(octets(line)).toBeLessThanOrEqual(75)
          // oxlint-disable-next-line no-control-regex -- the characters that must not be there
          expect(line).not.toMatch(/[\u0000-\u001F\u007F]/)
        }
        const [event] = eventsOf(ics)
        expect(event?.uid).toBe('maintenance-0123456789ab@status.example')
        expect(eventsOf(ics)).toHaveLength(1)
        if (/^[ -~]*$/.test(title)) expect(event?.summary).toBe(`Example & Sons: ${title}`)
      }),
    )
  })
})
