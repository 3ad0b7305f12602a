import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceGraph } from './serviceGraph.ts'

const service = (id: string, ...dependsOn: string[]) => ({ id, dependsOn })

describe('ServiceGraph', () => {
  const graph = new ServiceGraph([
    service('storefront', 'checkout', 'search'),
    service('checkout', 'payments', 'db'),
    service('payments', 'db'),
    service('search'),
    service('db'),
  ])

  it.each([
    ['checkout', 'db', 1],
    ['db', 'checkout', 1],
    ['storefront', 'db', 2],
    ['db', 'storefront', 2],
    ['search', 'checkout', undefined],
    ['search', 'storefront', 1],
    ['checkout', 'unknown', undefined],
  ])('from %s to %s it is %s', (a, b, steps) => {
    expect(graph.related(a).get(b)).toBe(steps)
  })

  it('ends on a ring', () => {
    const ring = new ServiceGraph([service('a', 'b'), service('b', 'c'), service('c', 'a')])
    expect(ring.related('a')).toEqual(
      new Map([
        ['b', 1],
        ['c', 1],
      ]),
    )
  })

  it('is the same both ways, and no step longer than by way of a third in the same direction', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 })
    fc.assert(
      fc.property(edges, (pairs) => {
        const ids = Array.from({ length: 8 }, (_, i) => String(i))
        const random = new ServiceGraph(
          ids.map((id) => service(id, ...pairs.filter(([from]) => String(from) === id).map(([, to]) => String(to)))),
        )
        for (const a of ids)
          for (const b of ids) {
            expect(random.related(a).get(b)).toBe(random.related(b).get(a))
            if (a !== b && pairs.some(([from, to]) => String(from) === a && String(to) === b))
              expect(random.related(a).get(b)).toBe(1)
          }
      }),
    )
  })
})
