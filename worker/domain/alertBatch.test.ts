import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIRING_ALERTS_MAX, planBatch } from './alertBatch.ts'
import type { IncomingAlert } from './alertIntake.ts'
import { incoming, PlainDesk } from '../../test/plainDesk.ts'

const NOW = Date.UTC(2100, 0, 1)
const MINUTE = 60_000
const Desk = PlainDesk

const errorRate = { alertname: 'HighErrorRate', service: 'checkout' }

describe('a batch', () => {
  it('opens one incident for a group and joins the rest', () => {
    const desk = new Desk()
    const plan = desk.take(Array.from({ length: 1000 }, (_, i) => incoming({ ...errorRate, instance: `web-${i}` })))
    expect(plan.opened).toHaveLength(1)
    expect([...plan.joined.values()].map((alerts) => alerts.length)).toEqual([1000])
    expect(desk.memory.size).toBe(1000)
    expect(desk.take([incoming({ ...errorRate, instance: 'late' })]).opened).toHaveLength(0)
  })

  it('writes nothing for a repeat, however its end moves', () => {
    const desk = new Desk()
    desk.take([incoming(errorRate, { startsAtMs: NOW, endsAtMs: NOW + 4 * MINUTE })])
    const { written } = desk
    for (let minute = 1; minute <= 60; minute++) {
      const nowMs = NOW + minute * MINUTE
      const plan = desk.take([incoming(errorRate, { startsAtMs: NOW, endsAtMs: nowMs + 4 * MINUTE })], nowMs)
      expect(plan.records).toEqual([])
      expect(plan.repeats[0]?.endsAtMs).toBe(nowMs + 4 * MINUTE)
    }
    expect(desk.written).toBe(written)
  })

  it('keeps its group while the incident is open, and opens another after it was resolved and fired again', () => {
    const desk = new Desk()
    const first = desk.take([incoming(errorRate)]).opened[0]?.incidentId
    desk.take([incoming(errorRate, { endsAtMs: NOW + MINUTE })], NOW + MINUTE)
    expect(desk.take([incoming(errorRate)], NOW + 2 * MINUTE).opened).toHaveLength(0)
    desk.take([incoming(errorRate, { endsAtMs: NOW + 3 * MINUTE })], NOW + 3 * MINUTE)
    if (first !== undefined) desk.resolve(first, NOW + 4 * MINUTE)
    const again = desk.take([incoming(errorRate)], NOW + 5 * MINUTE)
    expect(again.opened).toHaveLength(1)
    expect(again.opened[0]?.incidentId).not.toBe(first)
  })

  it('does not open a new incident for the repeats of a firing that a person has closed', () => {
    const desk = new Desk()
    const startsAtMs = NOW
    const first = desk.take([incoming(errorRate, { startsAtMs })]).opened[0]?.incidentId
    if (first !== undefined) desk.resolve(first, NOW + MINUTE)
    const repeat = desk.take([incoming(errorRate, { startsAtMs })], NOW + 2 * MINUTE)
    expect(repeat.opened).toEqual([])
    expect(repeat.records).toEqual([])
    const anew = desk.take([incoming(errorRate, { startsAtMs: NOW + 3 * MINUTE })], NOW + 3 * MINUTE)
    expect(anew.opened).toHaveLength(1)
    expect(anew.records.map(({ endedAtMs }) => endedAtMs)).toEqual([NOW + 3 * MINUTE, null])
  })

  it('takes the valid alerts of a batch and names the faults of the others', () => {
    const plan = new Desk().take([incoming({ empty: '' }), incoming(errorRate), incoming({ '': 'x' })])
    expect(plan.accepted).toBe(1)
    expect(plan.invalid).toEqual(['at least one label pair required', 'invalid label set: invalid name ""'])
  })

  it('turns new alerts away at the limit and never a known one', () => {
    const desk = new Desk()
    desk.take([incoming(errorRate)])
    const view = { ...desk.view(NOW + 2), firingCount: FIRING_ALERTS_MAX }
    const alerts = [incoming({ alertname: 'New' }), incoming(errorRate, { endsAtMs: NOW + 1 })]
    const plan = planBatch(view, { source: 'json', sender: 'js', alerts }, NOW + 2, desk.judging)
    expect(plan).toMatchObject({ accepted: 1, turnedAway: 1 })
    expect([...plan.cleared.values()].flat()).toHaveLength(1)
  })

  it('counts an alert that fires and ends in one batch as joined and cleared', () => {
    const plan = new Desk().take([incoming(errorRate), incoming(errorRate, { endsAtMs: NOW })])
    expect(plan.opened).toHaveLength(1)
    expect([...plan.joined.values()].flat()).toHaveLength(1)
    expect([...plan.cleared.values()].flat()).toHaveLength(1)
    expect(plan.records.map(({ endedAtMs }) => endedAtMs)).toEqual([NOW])
  })
})

const anyAlert = fc.record({
  labels: fc.record({
    alertname: fc.constantFrom('A', 'B', 'C'),
    service: fc.constantFrom('x', 'y', ''),
    instance: fc.constantFrom('1', '2', '3'),
  }),
  annotations: fc.constant({}),
  startsAtMs: fc.constantFrom(null, NOW - MINUTE, NOW),
  endsAtMs: fc.constantFrom(null, NOW + MINUTE),
  generatorUrl: fc.constant(''),
})

describe('properties', () => {
  it('taking a batch twice changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 30 }), (batch) => {
        const desk = new Desk()
        desk.take(batch)
        const second = desk.take(batch, NOW + 1)
        expect(second.records).toEqual([])
        expect(second.opened).toEqual([])
      }),
    )
  })

  it('grouping does not depend on the order of arrival', () => {
    const groupsOf = (batch: readonly IncomingAlert[]) => {
      const desk = new Desk()
      for (const each of batch) desk.take([each])
      return desk.partition()
    }
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (batch, order) => {
        const shuffled = batch
          .map((each) => ({ each, rank: order.next().value ?? 0 }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ each }) => each)
        expect(groupsOf(shuffled)).toEqual(groupsOf(batch))
      }),
    )
  })

  it('every firing alert belongs to the open incident of its group', () => {
    const message = fc.record({ alert: anyAlert, ends: fc.boolean(), afterMs: fc.nat(10 * MINUTE) })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        const desk = new Desk()
        let nowMs = NOW
        for (const { alert, ends, afterMs } of messages) {
          nowMs += afterMs
          desk.take([{ ...alert, startsAtMs: null, endsAtMs: ends ? nowMs : null }], nowMs)
        }
        for (const { alert, incidentId } of desk.memory.firing())
          expect(desk.memory.view().openIncidentOf(desk.judging.judge(alert).groupKey)?.id).toBe(incidentId)
      }),
    )
  })
})

describe('what is suppressed', () => {
  it('is held, whatever the order; its repeats write nothing; and it fires once nothing hides it', () => {
    const message = fc.record({
      instance: fc.constantFrom('a', 'b', 'c'),
      fires: fc.boolean(),
      silenced: fc.subarray(['a', 'b', 'c']),
    })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const desk = new Desk()
        for (const [i, { instance, fires, silenced }] of messages.entries()) {
          const nowMs = NOW + i
          desk.silenced = (labels) => silenced.includes(labels['instance'] ?? '')
          const wasFiring = [...desk.memory.firing()].some(({ alert }) => alert.labels['instance'] === instance)
          const wasHeld = [...desk.held.values()].some(({ alert }) => alert.labels['instance'] === instance)
          const endsAtMs = fires ? NOW + 60 * MINUTE : nowMs
          const plan = desk.take([incoming({ ...errorRate, instance }, { startsAtMs: NOW, endsAtMs })], nowMs)

          for (const { alert } of desk.memory.firing()) expect(desk.held.has(alert.fingerprint)).toBe(false)
          const isFiring = [...desk.memory.firing()].some(({ alert }) => alert.labels['instance'] === instance)
          const isHeld = [...desk.held.values()].some(({ alert }) => alert.labels['instance'] === instance)
          // Once in an incident it stays there; else it is hidden exactly while something hides it.
          expect(isFiring).toBe(fires && (wasFiring || !silenced.includes(instance)))
          expect(isHeld).toBe(fires && !wasFiring && silenced.includes(instance))
          if (isHeld && wasHeld) expect([plan.held, plan.records, plan.dropped]).toEqual([[], [], []])
          expect(plan.joined.size).toBe(isFiring && !wasFiring ? 1 : 0)
        }
      }),
    )
  })

  it('within one batch is held, freed and ended like over several', () => {
    const desk = new Desk()
    desk.silenced = () => true
    const over = incoming(errorRate, { startsAtMs: NOW, endsAtMs: NOW })
    const plan = desk.take([incoming(errorRate), incoming(errorRate), over, incoming(errorRate)])
    expect(plan).toMatchObject({ accepted: 4, held: { length: 1 }, records: [], opened: [] })
    expect(desk.take([over])).toMatchObject({ held: [], dropped: { length: 1 }, records: [] })
    expect([desk.held.size, desk.memory.size]).toEqual([0, 0])
  })
})
