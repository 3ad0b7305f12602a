import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SIMILAR_SCORE_MIN, similarityOf } from './similarity.ts'
import type { Comparable } from './similarity.ts'

const NOTHING: Comparable = { services: [], changed: [], labels: [] }
const score = (a: Partial<Comparable>, b: Partial<Comparable>, near: readonly string[] = [], words = 0) =>
  similarityOf({ ...NOTHING, ...a }, { ...NOTHING, ...b }, { near, words })

describe('the similarity of two incidents', () => {
  it.each<[string, ReturnType<typeof score>, number]>([
    ['nothing in common', score({}, {}), 0],
    ['a service', score({ services: ['a'] }, { services: ['b', 'a'] }), 3],
    ['a neighbour', score({ services: ['a'] }, { services: ['b'] }, ['b']), 1.5],
    ['every label', score({ labels: [{ a: '1' }] }, { labels: [{ a: '1' }] }), 3],
    ['half of the labels', score({ labels: [{ a: '1' }] }, { labels: [{ a: '1', b: '2' }] }), 1.5],
    ['only an instance', score({ labels: [{ instance: 'x' }] }, { labels: [{ instance: 'x' }] }), 0],
    ['a change', score({ changed: ['p'] }, { changed: ['p'] }), 1],
    ['good words', score({}, {}, [], 5), 2],
  ])('%s', (_, similarity, expected) => {
    expect(similarity.score).toBeCloseTo(expected)
    expect(similarity.reasons).toHaveLength(expected > 0 ? 1 : 0)
  })

  it('is between 0 and 10, and grows with words', () => {
    const ids = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 })
    const labels = fc.array(fc.dictionary(fc.constantFrom('x', 'y', 'pod'), fc.constantFrom('1', '2')), {
      maxLength: 3,
    })
    const incident = fc.record({ services: ids, changed: ids, labels })
    const words = fc.double({ min: 0, max: 1000, noNaN: true })
    fc.assert(
      fc.property(incident, incident, ids, words, words, (a, b, near, few, more) => {
        const low = similarityOf(a, b, { near, words: few })
        const high = similarityOf(a, b, { near, words: few + more })
        expect(low.score).toBeGreaterThanOrEqual(0)
        expect(high.score).toBeLessThanOrEqual(10)
        expect(high.score).toBeGreaterThanOrEqual(low.score)
      }),
    )
  })

  it('of a neighbour alone is enough to be shown', () => {
    expect(score({}, { services: ['b'] }, ['b']).score).toBeGreaterThanOrEqual(SIMILAR_SCORE_MIN)
  })
})
