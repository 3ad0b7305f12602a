import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordDiff } from './wordDiff.ts'
import type { DiffPart } from './wordDiff.ts'

const side = (parts: readonly DiffPart[], kind: 'removed' | 'added') =>
  parts
    .filter((part) => part.kind === 'same' || part.kind === kind)
    .map(({ text }) => text)
    .join('')

/** Few words, so that they meet. */
const words = fc
  .array(fc.constantFrom('a', 'b', 'cause', ' ', '\n', '.', '日', '本', 'é'), { maxLength: 40 })
  .map((all) => all.join(''))
const text = fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 60 }))

describe('wordDiff', () => {
  it.each([
    ['We know the cause.', 'We know the cause.', '=We know the cause.'],
    ['We know the cause.', 'We found the cause.', '=We |-know|+found|= the cause.'],
    ['One. Three.', 'One. Two. Three.', '=One. |+Two. |=Three.'],
    ['', 'All new', '+All new'],
    ['All gone', '', '-All gone'],
    ['原因を調査中', '原因を特定', '=原因を|-調査中|+特定'],
  ])('%s → %s', (before, after, expected) => {
    const sign = { same: '=', removed: '-', added: '+' }
    expect(
      wordDiff(before, after)
        .map((part) => sign[part.kind] + part.text)
        .join('|'),
    ).toBe(expected)
  })

  it('has both texts in it, whatever they are', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = wordDiff(before, after)
        expect(side(parts, 'removed')).toBe(before)
        expect(side(parts, 'added')).toBe(after)
      }),
    )
  })

  it('says nothing changed of what is the same', () => {
    fc.assert(
      fc.property(text, (same) => {
        expect(wordDiff(same, same).filter(({ kind }) => kind !== 'same')).toEqual([])
      }),
    )
  })

  it('has no empty part and no two neighbours of one kind', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = wordDiff(before, after)
        expect(parts.every((part) => part.text !== '')).toBe(true)
        expect(parts.every((part, i) => part.kind !== parts[i + 1]?.kind)).toBe(true)
      }),
    )
  })

  it('takes two texts of the longest kind that have nothing in common', () => {
    const parts = wordDiff('a '.repeat(5000), 'b,'.repeat(5000))
    expect(parts.map(({ kind }) => kind)).toEqual(['removed', 'added'])
  })
})
