import { describe, expect, it } from 'vitest'
import { HEARTBEAT_STATES } from '../domain/heartbeatWatch.ts'
import { heartbeatBadge } from './heartbeatBadge.ts'

function contrastWithWhite(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 1.05 / (0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05)
}

describe('a badge', () => {
  it.each(HEARTBEAT_STATES)('%s: says it in a word that can be read on its colour', (state) => {
    const svg = heartbeatBadge('Nightly backup', state)
    const word = state === 'new' ? 'waiting' : state
    expect(svg).toContain(`<title>Nightly backup: ${word}</title>`)
    for (const [, colour = ''] of svg.matchAll(/fill="(#[0-9a-f]{6})"/g))
      expect(contrastWithWhite(colour)).toBeGreaterThanOrEqual(4.5)
  })

  it('takes no markup from a name, and cuts a long one', () => {
    expect(heartbeatBadge('<script>"&', 'healthy')).toContain('&lt;script&gt;&quot;&amp;')
    expect(heartbeatBadge('x'.repeat(120), 'healthy')).toContain(`<title>${'x'.repeat(39)}…: healthy</title>`)
    expect(heartbeatBadge('夜間バックアップ', 'late')).toContain('夜間バックアップ: late')
  })
})
