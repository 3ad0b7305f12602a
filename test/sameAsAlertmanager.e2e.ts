import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matcherText } from '../worker/domain/matchers.ts'
import { startHost, type Host } from './host.ts'
import { hasAlertmanager, startAlertmanager, type RealAlertmanager } from './realAlertmanager.ts'

/** Generated label sets, given to a real Alertmanager and to us: the same fingerprints, and the same answers to filters. */

const SEED = Number(process.env.FC_SEED ?? Date.now() % 1_000_000)
const LABEL_SETS = 150
const FILTERS = 300

const value = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'web-1', 'web-2', 'a.b', 'a|b', '.*', '(', '\\', '\\n', '"', 'x\ny', ' a ', ','),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  // No NUL, which we replace, and no half of a pair, which JSON cannot say in UTF-8.
  fc.string({ unit: fc.constantFrom('é', 'ß', '🦀', '\u2028', '\ufeff', '\u0001', '\u00ff', '{', '='), maxLength: 6 }),
)
const name = fc.constantFrom('a', 'b', 'zone', 'Zone', '_x', 'job', 'instance')
const labelSet = fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true })
// No classes of Unicode: each engine has those of the year it was built.
const REGEXES = `
  a  a|b  a.*  .*b  .+  .*  web-[0-9]  (web|db)-\\d  a?b+  [^a]*  x.y  (?s)x.y  (?i)AB  ^a$  a$  [à-ÿ]+  [[:alpha:]]+
  \\w{1,3}  (  [  *  a{2  a(?=b)  \\1  \\Qa|b\\E`.split(/ {2}|\n/)
/** As people type them: without quotes, with spaces, or wrong. */
const TYPED = `
  a=a   a = a   a!=a   a=~a|b   a!~ a.*   a=   a=""   a   =a   a=="a"   a="a   a=a"   a="b"c"   1a=b   a="\\"
  a="\\q"   a="x\\ny"   a=~"("   {a="a"}   a="a",b="b"   a=x y   Zone=~""`.split(/ {3}|\n +/)
const regex = fc.constantFrom(...REGEXES)
const matcher = fc.oneof(
  fc.record({ name, value, isRegex: fc.constant(false), isEqual: fc.boolean() }),
  fc.record({ name, value: regex, isRegex: fc.constant(true), isEqual: fc.boolean() }),
)
const filter = fc.oneof(
  { weight: 4, arbitrary: fc.array(matcher.map(matcherText), { minLength: 1, maxLength: 3 }) },
  fc.array(fc.constantFrom(...TYPED), { minLength: 1, maxLength: 2 }),
)

let host: Host
let alertmanager: RealAlertmanager

describe.skipIf(!hasAlertmanager)(`as a real Alertmanager, with seed ${SEED}`, () => {
  beforeAll(async () => {
    host = await startHost()
    alertmanager = await startAlertmanager(
      { route: { receiver: 'none', group_wait: '1h' }, receivers: [{ name: 'none' }] },
      'warn',
    )
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    const alerts = fc.sample(labelSet, { seed: SEED, numRuns: LABEL_SETS }).map((labels) => ({ labels, endsAt }))
    for (const each of alerts) {
      const [theirs, ours] = await Promise.all([postTo(real(), [each]), postTo(own(), [each])])
      expect(ours, JSON.stringify(each.labels)).toEqual(theirs)
    }
  })
  afterAll(async () => {
    await alertmanager?.stop()
    await host?.stop()
  })

  it('lists the same alerts under the same fingerprints', async () => {
    const theirs = await ask(real(), [])
    expect(theirs.found.length).toBeGreaterThan(LABEL_SETS / 3)
    expect(await ask(own(), [])).toEqual(theirs)
  })

  it('answers filters the same', async () => {
    const differences: string[] = []
    for (const filters of fc.sample(filter, { seed: SEED, numRuns: FILTERS })) {
      const [theirs, ours] = await Promise.all([ask(real(), filters), ask(own(), filters)])
      if (JSON.stringify(ours) !== JSON.stringify(theirs))
        differences.push(`${JSON.stringify(filters)}: ${JSON.stringify({ theirs, ours }).slice(0, 400)}`)
    }
    expect(differences).toEqual([])
  })
})

interface Side {
  readonly url: string
  readonly headers: Record<string, string>
}

function real(): Side {
  return { url: alertmanager.url, headers: {} }
}

function own(): Side {
  const { key } = host.credentials.integrations.alertmanager
  return { url: `${host.url}/alertmanager`, headers: { Authorization: `Bearer ${key}` } }
}

async function postTo({ url, headers }: Side, alerts: readonly object[]): Promise<number> {
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(alerts),
  })
  await answer.arrayBuffer()
  return answer.status
}

interface Found {
  readonly status: number
  readonly found: readonly { readonly fingerprint: string; readonly labels: [string, string][] }[]
}

async function ask({ url, headers }: Side, filters: readonly string[]): Promise<Found> {
  const query = new URLSearchParams(filters.map((each) => ['filter', each]))
  const answer = await fetch(`${url}/api/v2/alerts?${query.toString()}`, { headers })
  const text = await answer.text()
  if (answer.status !== 200) return { status: answer.status, found: [] }
  const alerts: { fingerprint: string; labels: Record<string, string> }[] = JSON.parse(text)
  const found = alerts.map(({ fingerprint, labels }) => ({
    fingerprint,
    labels: Object.entries(labels).toSorted(byName),
  }))
  return { status: answer.status, found }
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1
}
