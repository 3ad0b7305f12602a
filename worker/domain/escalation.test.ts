import { describe, expect, it } from 'vitest'
import { nextStep, peopleFor, policyFor, policyForAlerts } from './escalation.ts'
import { Service } from './catalogue.ts'
import type { EscalationPolicy, Responder, Schedule } from './organisation.ts'

const NOW = Date.UTC(2100, 0, 4, 12)

function policy(id: string, steps = 2, repeats = 1): EscalationPolicy {
  const step = { targets: [{ kind: 'schedule' as const, id: 'primary' }], waitSeconds: 300 }
  return { id, name: id, steps: Array.from({ length: steps }, () => step), repeats }
}

function service(id: string, tier: number, escalation: Service['escalation']): Service {
  return Service.parse({ id, name: id, tier, escalation })
}

const alice: Responder = { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'responder' }
const bob: Responder = { ...alice, id: 'bob', name: 'Bob', email: 'bob@example.com', webhookUrl: 'https://b.example/' }
const admin: Responder = { ...alice, id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }
const everyone = [alice, bob, admin]

const primary: Schedule = {
  id: 'primary',
  name: 'Primary',
  timeZone: 'Etc/UTC',
  rotation: { startsOn: '2100-01-04', handoffTime: '09:00', weeks: 1, members: ['alice', 'bob'] },
}

describe('policyFor', () => {
  const urgent = policy('urgent')
  const daytime = policy('daytime')
  const checkout = service('checkout', 1, [
    { severities: ['sev1', 'sev2'], policy: 'urgent' },
    { severities: ['sev2', 'sev3'], policy: 'daytime' },
  ])
  const search = service('search', 2, [{ severities: ['sev1', 'sev3', 'sev4'], policy: 'daytime' }])
  const blog = service('blog', 4, [])

  it.each([
    ['the first entry with the severity', [checkout], 'sev2', 'urgent'],
    ['a later entry', [checkout], 'sev3', 'daytime'],
    ['the most important service, in any order', [search, checkout], 'sev1', 'urgent'],
    ['the next service, where the first has no entry', [checkout, search], 'sev4', 'daytime'],
    ['nobody for a severity without an entry', [checkout, search], 'sev5', null],
    ['nobody for a service without escalation', [blog], 'sev1', null],
    ['nobody without a service', [], 'sev1', null],
  ] as const)('is %s', (_what, services, severity, expected) => {
    expect(policyFor(services, severity, [urgent, daytime])?.id ?? null).toBe(expected)
  })
})

describe('policyForAlerts', () => {
  it('wakes every admin for a bad alert that names no known service, and nobody for a mild one', () => {
    for (const severity of ['sev1', 'sev2'] as const) {
      const caught = policyForAlerts([], severity, [policy('urgent')])
      const people = peopleFor(caught?.steps[0]?.targets ?? [], [], [], [alice, bob, admin], NOW)
      expect(people.map(({ responder }) => responder.id)).toEqual([admin.id])
    }
    expect(policyForAlerts([], 'sev3', [policy('urgent')])).toBeNull()
  })

  it('leaves a known service to its own rules, also when they page nobody', () => {
    expect(policyForAlerts([service('search', 3, [])], 'sev1', [policy('urgent')])).toBeNull()
  })
})

describe('peopleFor', () => {
  const onPrimary = { kind: 'schedule', id: 'primary' } as const

  it('names who is on call now, with every channel they have', () => {
    expect(peopleFor([onPrimary], [primary], [], everyone, NOW)).toEqual([{ responder: alice, channels: ['email'] }])
    const nextWeek = NOW + 7 * 24 * 3600 * 1000
    expect(peopleFor([onPrimary], [primary], [], everyone, nextWeek)).toEqual([
      { responder: bob, channels: ['email', 'webhook'] },
    ])
  })

  it('respects an override', () => {
    const override = { id: 'o', scheduleId: 'primary', responderId: 'bob', startsAtMs: NOW - 1, endsAtMs: NOW + 1 }
    const found = peopleFor([onPrimary], [primary], [override], everyone, NOW)
    expect(found.map(({ responder }) => responder.id)).toEqual(['bob'])
  })

  it('calls each person once, in the order of the targets', () => {
    const targets = [{ kind: 'responder', id: 'bob' } as const, onPrimary, { kind: 'responder', id: 'alice' } as const]
    const found = peopleFor(targets, [primary], [], everyone, NOW)
    expect(found.map(({ responder }) => responder.id)).toEqual(['bob', 'alice'])
  })

  it.each([
    ['its schedule is gone', [onPrimary], [], everyone],
    ['its person is gone', [{ kind: 'responder', id: 'mallory' }], [primary], everyone],
    ['its person cannot be reached', [onPrimary], [primary], [{ ...alice, email: '' }, bob, admin]],
  ] as const)('falls to every admin when %s', (_why, targets, schedules, responders) => {
    const found = peopleFor([...targets], [...schedules], [], [...responders], NOW)
    expect(found.map(({ responder }) => responder.id)).toEqual(['root'])
  })

  it('finds nobody only where there is no admin either', () => {
    expect(peopleFor([onPrimary], [], [], [alice, bob], NOW)).toEqual([])
  })
})

describe('nextStep', () => {
  it('goes through the steps, starts over, and runs out', () => {
    const way: string[] = []
    let at: { step: number; round: number } | null = { step: 0, round: 0 }
    while (at !== null) {
      way.push(`${at.round}.${at.step}`)
      at = nextStep(policy('urgent', 3, 1), at.step, at.round)
    }
    expect(way).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '1.2'])
  })

  it('runs out after one round without repeats', () => {
    expect(nextStep(policy('urgent', 1, 0), 0, 0)).toBeNull()
  })
})
