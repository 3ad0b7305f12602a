import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { danglingReferences } from '../worker/domain/danglingReference.ts'
import { Organisation } from '../worker/domain/organisation.ts'
import { Playbook } from '../worker/domain/playbook.ts'
import { onCallAt } from '../worker/domain/schedule.ts'
import { sampleOrganisation } from './sampleOrganisation.ts'

const TODAY = new Date('2026-11-24T02:00:00Z')
const sample = Organisation.parse(sampleOrganisation(TODAY))

describe('the sample organisation', () => {
  it('names nothing that it does not have', () => {
    expect(danglingReferences(sample)).toEqual([])
  })

  it('has playbooks that parse, for services, components and connections that exist', () => {
    const playbooks = sample.playbooks.map(({ yaml }) => Playbook.parse(parse(yaml)))
    expect(playbooks).toHaveLength(1)
    for (const { services, steps } of playbooks) {
      expect(sample.services.map(({ id }) => id)).toEqual(expect.arrayContaining(services))
      for (const step of steps) {
        if (step.kind === 'act') expect(sample.connections.map(({ id }) => id)).toContain(step.connection)
        if (step.kind === 'update') {
          expect(sample.components.map(({ id }) => id)).toEqual(
            expect.arrayContaining(step.components.map(({ id }) => id)),
          )
        }
      }
    }
  })

  it.each(['2026-11-23T00:00:00Z', '2026-11-24T02:00:00Z', '2026-11-29T23:59:00Z'])(
    'has two different people on call on its first day, %s',
    (day) => {
      const { schedules } = Organisation.parse(sampleOrganisation(new Date(day)))
      const onCall = schedules.map((schedule) => onCallAt(schedule, [], Date.parse(day)))
      expect(onCall).toEqual(['alice', 'bob'])
    },
  )
})
