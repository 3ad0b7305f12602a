import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incoming, PlainDesk } from '../../test/plainDesk.ts'
import { isForgettable } from './flapping.ts'
import { Flapping } from './routingRule.ts'

const NOW = Date.UTC(2100, 0, 1)
const MINUTE = 60_000
const labels = { alertname: 'Flaps' }
const flapping = Flapping.parse({ firings: 3, withinMinutes: 30, quietMinutes: 10 })

const fires = incoming(labels)
const ends = (atMs: number) => incoming(labels, { startsAtMs: atMs - 1, endsAtMs: atMs })

/** Fires and ends at each of these minutes; resolves the incident when nothing fires in it, as a room does. */
function desk(...minutes: number[]): PlainDesk {
  const one = new PlainDesk({ flapping })
  for (const minute of minutes) {
    one.take([fires], NOW + minute * MINUTE)
    const overAtMs = NOW + minute * MINUTE + 30_000
    end(one, overAtMs)
  }
  return one
}

function end(one: PlainDesk, atMs: number): void {
  const plan = one.take([ends(atMs)], atMs)
  for (const incidentId of plan.cleared.keys()) one.resolve(incidentId, atMs)
}

describe('an alert that comes and goes', () => {
  it('ends as it says while it is not often', () => {
    expect(desk(0, 2).memory.size).toBe(0)
    expect(desk(0, 2, 40).memory.size).toBe(0)
  })

  it('goes on firing from its third begin on, until it was quiet', () => {
    const one = desk(0, 2, 4)
    expect(one.memory.size).toBe(1)
    // Its sender repeats the end, which does not count anew.
    for (let minute = 5; minute < 14; minute++) {
      end(one, NOW + minute * MINUTE)
      one.sweep(NOW + minute * MINUTE)
      expect(one.memory.size).toBe(1)
    }
    one.sweep(NOW + 14.5 * MINUTE)
    expect(one.memory.size).toBe(0)
  })

  it('opens no incident anew while it flaps', () => {
    const one = desk(0, 2, 4)
    for (const minute of [6, 9, 15, 20]) {
      expect(one.take([fires], NOW + minute * MINUTE).opened).toEqual([])
      end(one, NOW + minute * MINUTE + 30_000)
      expect(one.memory.size).toBe(1)
    }
  })

  it('that was quiet begins to count anew', () => {
    const one = desk(0, 2, 4)
    one.sweep(NOW + 14.5 * MINUTE)
    expect(one.memory.size).toBe(0)
    const [record] = one.take([fires], NOW + 60 * MINUTE).records
    expect(record?.trail?.map(({ about }) => about)).not.toContain('flapping')
    end(one, NOW + 60 * MINUTE + 30_000)
    expect(one.memory.size).toBe(0)
  })

  it('says so in the trail of its next begin', () => {
    const one = desk(0, 2)
    const [record] = one.take([fires], NOW + 4 * MINUTE).records
    expect(record?.trail?.find(({ about }) => about === 'flapping')?.because).toContain('3 times within 30 min')
  })

  it('is over at once when a person has closed its incident', () => {
    const one = desk(0, 2, 4)
    const [known] = [...one.memory.firing()]
    one.resolve(known?.incidentId ?? '', NOW + 5 * MINUTE)
    one.take([ends(NOW + 6 * MINUTE)], NOW + 6 * MINUTE)
    expect(one.memory.size).toBe(0)
  })

  it('does not hold up the end of one that fired long', () => {
    const one = new PlainDesk({ flapping })
    for (let hour = 0; hour < 5; hour++) {
      const startsAtMs = NOW + hour * 60 * MINUTE
      one.take([incoming(labels, { startsAtMs, endsAtMs: startsAtMs + 50 * MINUTE })], startsAtMs)
      end(one, NOW + hour * 60 * MINUTE + 40 * MINUTE)
      expect(one.memory.size).toBe(0)
    }
  })

  it('whatever it does, ends once it is quiet for the time that was set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(5 * MINUTE)), { maxLength: 30 }), (messages) => {
        const one = new PlainDesk({ flapping })
        let nowMs = NOW
        for (const [isFiring, afterMs] of messages) {
          nowMs += afterMs
          if (isFiring) one.take([fires], nowMs)
          else end(one, nowMs)
        }
        end(one, nowMs)
        nowMs += flapping.quietMinutes * MINUTE
        one.sweep(nowMs)
        expect(one.memory.size).toBe(0)
      }),
    )
  })
})

describe('isForgettable', () => {
  it.each([
    [{ firingsAtMs: [NOW], quietSinceMs: null }, NOW + 30 * MINUTE, false],
    [{ firingsAtMs: [NOW], quietSinceMs: null }, NOW + 30 * MINUTE + 1, true],
    [{ firingsAtMs: [NOW], quietSinceMs: NOW + 20 * MINUTE }, NOW + 31 * MINUTE, false],
    [{ firingsAtMs: [], quietSinceMs: null }, NOW, true],
  ])('%j at %s is %s', (record, nowMs, expected) => {
    expect(isForgettable(record, flapping, nowMs)).toBe(expected)
  })
})
