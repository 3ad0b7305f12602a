import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleLog } from '../../test/sampleLog.ts'
import type { SampleLog } from '../../test/sampleLog.ts'
import { contentHash, sealed, sha256Hex, signedBytes } from './publicLog.ts'
import { compareWithPages, verifyLog } from './verifyLog.ts'

const CONTENTS = Array.from({ length: 12 }, (_, i) => ({ body: `Statement ${i + 1}` }))
const RUNS = { numRuns: 150 }

let log: SampleLog

beforeAll(async () => {
  log = await sampleLog(CONTENTS)
})

const faultsOf = (entries: readonly unknown[], changes: Partial<Parameters<typeof verifyLog>[0]> = {}) =>
  verifyLog({ entries, keys: log.keys, head: log.head, ...changes })

const position = fc.nat(CONTENTS.length - 1)

describe('verifyLog', () => {
  it('finds nothing wrong with a log that is whole, nor with an empty one', async () => {
    expect(await faultsOf(log.entries)).toEqual([])
    expect(await faultsOf([], { head: null, keys: [] })).toEqual([])
  })

  it('finds any single changed entry, whatever was changed in it, and names it', async () => {
    const change = fc.oneof(
      fc.constantFrom('at', 'kind', 'page', 'content', 'previous', 'key', 'hash', 'signature').chain((field) =>
        fc.nat(1000).map((at) => (entry: Record<string, unknown>) => ({
          ...entry,
          [field]: changed(String(entry[field]), at),
        })),
      ),
      fc.integer().map((by) => (entry: Record<string, unknown>) => ({
        ...entry,
        sequence: Number(entry['sequence']) + (by === 0 ? 1 : by),
      })),
      fc.string().map((id) => (entry: Record<string, unknown>) => ({ ...entry, subject: { incident: id } })),
      fc.constant((entry: Record<string, unknown>) => ({ ...entry, content: null })),
      fc
        .string({ minLength: 1 })
        .filter((name) => !name.startsWith('__'))
        .map((name) => (entry: Record<string, unknown>) => ({ ...entry, [`x${name}`]: 1 })),
      fc
        .constantFrom('at', 'kind', 'subject', 'hash')
        .map((field) => (entry: Record<string, unknown>) => ({ ...entry, [field]: undefined })),
    )
    await fc.assert(
      fc.asyncProperty(position, change, async (i, alter) => {
        const entries = log.entries.map((entry, at) => (at === i ? alter({ ...entry }) : entry))
        const faults = await faultsOf(entries)
        expect(faults.length).toBeGreaterThan(0)
      }),
      RUNS,
    )
  })

  it('finds it also when its hash was made to match', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.string(), async (i, body) => {
        const entries = await Promise.all(
          log.entries.map(async ({ hash, signature, ...unsigned }, at) => {
            if (at !== i) return { ...unsigned, hash, signature }
            const forged = { ...unsigned, content: await contentHash({ body }) }
            return { ...forged, hash: await sha256Hex(signedBytes(forged)), signature }
          }),
        )
        const faults = await faultsOf(entries)
        expect(faults).toContainEqual({ sequence: i + 1, what: 'has a signature that is not that of its key' })
      }),
      RUNS,
    )
  })

  it('finds any dropped entry', async () => {
    await fc.assert(
      fc.asyncProperty(position, async (i) => {
        const faults = await faultsOf(log.entries.toSpliced(i, 1))
        expect(faults.length).toBeGreaterThan(0)
        const [fault] = faults
        expect(fault?.sequence).toBe(i === CONTENTS.length - 1 ? null : i + 2)
      }),
      RUNS,
    )
  })

  it('finds any two that changed places, and any that stands twice', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, async (i, j) => {
        fc.pre(i !== j)
        const [a, b] = [log.entries[i], log.entries[j]]
        if (a === undefined || b === undefined) throw new Error('out of range')
        expect((await faultsOf(log.entries.with(i, b).with(j, a))).length).toBeGreaterThan(0)
        expect((await faultsOf(log.entries.toSpliced(i, 0, b))).length).toBeGreaterThan(0)
      }),
      RUNS,
    )
  })

  it('finds an end that was cut off with its head, when it has seen more before', async () => {
    const cut = log.entries.slice(0, -3)
    const last = cut.at(-1)
    if (last === undefined) throw new Error('empty')
    const head = { sequence: last.sequence, hash: last.hash }
    expect(await faultsOf(cut, { head })).toEqual([])
    expect(await faultsOf(cut, { head, remembered: log.head })).toEqual([
      { sequence: null, what: 'Entry 12 was seen here before and is gone: the log was cut.' },
    ])
  })

  it('finds a log that was written anew with the right key', async () => {
    const first = log.entries[0]
    if (first === undefined) throw new Error('empty')
    const { hash: _, signature: __, ...unsigned } = first
    const other = await sealed({ ...unsigned, content: null }, log.sign)
    const faults = await verifyLog({
      entries: [other],
      keys: log.keys,
      head: { sequence: 1, hash: other.hash },
      remembered: { sequence: 1, hash: first.hash },
    })
    expect(faults).toEqual([
      { sequence: 1, what: 'is not the entry that was seen here before: the log was written anew' },
    ])
  })

  it('takes no key but the published ones', async () => {
    const faults = await faultsOf(log.entries, { keys: [] })
    expect(faults[0]).toEqual({ sequence: 1, what: 'is signed with a key that is not published: k1' })
    const stranger = await sampleLog([])
    expect((await faultsOf(log.entries, { keys: stranger.keys })).length).toBe(CONTENTS.length)
  })
})

/** Another character in its place, of the same alphabet where there is one. */
function changed(text: string, at: number): string {
  const i = at % text.length
  return text.slice(0, i) + (text[i] === '0' ? '1' : '0') + text.slice(i + 1)
}

describe('compareWithPages', () => {
  const told = CONTENTS.map((content, i) => ({ statement: `incident:0123456789ab/update:u${i + 1}`, content }))

  it('finds nothing wrong where pages say what the log says', async () => {
    expect(await compareWithPages(log.entries, told)).toEqual([])
  })

  it('names what says something else, what is missing and what was never logged', async () => {
    const [first, second, ...rest] = told
    if (first === undefined || second === undefined) throw new Error('empty')
    const faults = await compareWithPages(log.entries, [
      { ...first, content: { body: 'Never said' } },
      ...rest,
      { statement: 'incident:x/update:y', content: {} },
    ])
    expect(faults).toEqual([
      { sequence: 1, what: 'is the last word on incident:0123456789ab/update:u1, and the page says something else' },
      { sequence: null, what: 'incident:x/update:y is told on the page and is not in the log.' },
      { sequence: 2, what: 'says incident:0123456789ab/update:u2, and the page does not' },
    ])
  })
})
