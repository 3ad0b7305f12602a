import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DeskIncident } from './deskIncident.ts'
import { stormKey } from './grouping.ts'
import { incidentIdFrom } from './identifiers.ts'
import { Openings } from './openings.ts'

it('counts as looking at each incident would, whatever came and went in whatever order', () => {
  const opened = fc.record({
    sender: fc.constantFrom('am', 'grafana'),
    openedAtMs: fc.integer({ min: 0, max: 9 }),
    isStorm: fc.boolean(),
    stays: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(opened, { maxLength: 20 }), fc.integer({ min: -1, max: 9 }), (all, sinceMs) => {
      const openings = new Openings()
      for (const each of all) openings.add(incident(each))
      for (const each of all) if (!each.stays) openings.remove(incident(each))
      for (const sender of ['am', 'grafana', 'none'])
        expect(openings.since(sender, sinceMs)).toBe(
          all.filter((each) => each.stays && !each.isStorm && each.sender === sender && each.openedAtMs > sinceMs)
            .length,
        )
    }),
  )
})

function incident({ sender, openedAtMs, isStorm }: Pick<DeskIncident, 'sender' | 'openedAtMs'> & { isStorm: boolean }) {
  return {
    id: incidentIdFrom(new Uint8Array(12)),
    sender,
    openedAtMs,
    lastJoinedAtMs: openedAtMs,
    resolvedAtMs: null,
    total: 1,
    // One that a storm was merged into is still what it was opened as.
    groupKeys: isStorm ? [stormKey(sender)] : ['g', stormKey(sender)],
    services: [],
    severity: 'sev3',
    pages: false,
  } satisfies DeskIncident
}
