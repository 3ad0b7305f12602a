import { describe, expect, it } from 'vitest'
import { alertsFromJson } from '../worker/http/intake/json.ts'
import { evaluateMapping, expressionFault } from '../worker/http/intake/jsonMapping.ts'

const message = {
  text: 'a'.repeat(60_000),
  list: Array.from({ length: 5000 }, (_, i) => ({ i, name: `x${i}` })),
  alerts: [
    { name: 'Disk', host: 'db-1', state: 'bad' },
    { name: 'Load', host: 'db-2', state: 'good' },
  ],
}

describe('makes of a message', () => {
  it.each<[expression: string, value: unknown]>([
    [
      'alerts.{"title": name & " on " & host, "status": state = "bad" ? "firing" : "resolved"}',
      [
        { title: 'Disk on db-1', status: 'firing' },
        { title: 'Load on db-2', status: 'resolved' },
      ],
    ],
    ['alerts[state = "bad"].{"title": name}', { title: 'Disk' }],
    ['$map(alerts, function($a) { {"title": $a.name} })[0]', { title: 'Disk' }],
    ['nothing.at.all', undefined],
    ['[]', []],
    ['$match("a1 b22", /[a-z](\\d+)/).groups', ['1', '22']],
    ['$replace("Disk full on DB", /d(isk|b)/i, "[$1]")', '[isk] full on [B]'],
    ['$replace("a.b.c", ".", "-")', 'a-b-c'],
    ['$split("a1b22c", /\\d+/)', ['a', 'b', 'c']],
    ['$contains("first\nsecond", /^second$/m)', true],
    ['$fromMillis($toMillis("2026-01-02T03:04:05Z"))', '2026-01-02T03:04:05.000Z'],
    ['$join($distinct(["a", "b", "a"]), "+")', 'a+b'],
    ['$pad("7", -3, "0") & $formatNumber(0.5, "0%")', '00750%'],
    ['$sort(alerts.host, function($l, $r) { $l < $r })', ['db-2', 'db-1']],
    ['alerts^(>host).host', ['db-2', 'db-1']],
    ['$count([1..10000])', 10_000],
  ])('%s', async (expression, value) => {
    expect(expressionFault(expression)).toBeNull()
    expect(await evaluateMapping(expression, message)).toEqual({ ok: true, value })
  })
})

/** None of them may take long: a second is far beyond what the slowest takes, and far below what a hang would. */
describe('ends what would not end', () => {
  const double = (what: string) => `($d := function($s, $n) { $n = 0 ? $s : $d(${what}, $n - 1) }; $d("aaaa", 60))`
  it.each<[name: string, expression: string, message: RegExp]>([
    ['a loop by tail calls', '($f := function($x) { $f($x) }; $f(1))', /takes too long/],
    ['recursion', '($f := function($x) { 1 + $f($x) }; $f(1))', /Stack overflow/],
    ['a huge range', '[1..1e7]', /sequence length/],
    ['ranges within ranges', '$map([1..1e4], function() { $map([1..1e4], function($y) { $y }) })', /takes too long/],
    ['a text that doubles', double('$s & $s'), /too large/],
    ['a list that doubles', double('[[$s], [$s]]'), /too large/],
    ['an object that doubles', double('{"a": $s, "b": $s}'), /too large/],
    ['$pad', '$pad("x", 1e9)', /too long/],
    ['$join', '$join(list.name, text)', /too long/],
    ['$replace', '$replace(text, "a", text)', /too long/],
    ['$replace by a regex', '$replace(text, /a/, text)', /too long/],
    ['many matches', '$match(text, /a?/)', /takes too long/],
    ['a search in each of many', 'list[$contains($$.text, "b")]', /takes too long/],
    ['a comparison in each of many', '$map([1..1e4], function() { $$.list = $$.list })', /takes too long/],
    ['a join', 'list@$a.list@$b.{"x": $a.i}', /sequence length/],
    ['everything below everything', '**.**.**', /sequence length/],
    ['sorting much', '$sort(list.name)', /at most 1000/],
    ['parentheses without end', `${'('.repeat(9000)}1${')'.repeat(9000)}`, /nests too deep/],
  ])('%s', async (_name, expression, why) => {
    const startedAtMs = performance.now()
    const evaluated = await evaluateMapping(expression, message)
    expect(evaluated).toMatchObject({ ok: false, fault: { message: expect.stringMatching(why) } })
    expect(performance.now() - startedAtMs).toBeLessThan(10_000)
  })

  it.each(['(a+)+$', '(a|aa)+b', '(a|a?)+b', '(.*)*b'])('the regex /%s/ takes linear time', async (pattern) => {
    expect(await evaluateMapping(`$contains(text, /${pattern}/)`, message)).toMatchObject({ ok: true })
  })
})

describe('has nothing that reaches outside', () => {
  it.each([
    ['$eval("1")', 'is not available'],
    ['$random()', 'is not available'],
    ['$formatInteger(1e300, "I")', 'is not available'],
    ['alerts ~> |$|{"a": 1}|', 'transform operator'],
    ['$substring(?, 1)("a")', 'in part'],
    ['function($x)<a+a+a+:n> { $x }(1)', 'signature'],
    ['$contains("a", /(?=a)/)', 'not a regular expression of RE2'],
    ['$contains("a", /(a)\\1/)', 'not a regular expression of RE2'],
    [`$contains("a", /${'a'.repeat(501)}/)`, 'may have 500'],
    ['$toMillis("20", "[Y]")', 'signature'],
    ['$toMillis("yesterday")', 'ISO 8601'],
  ])('%s', async (expression, why) => {
    const evaluated = await evaluateMapping(expression, message)
    expect(evaluated).toMatchObject({ ok: false, fault: { message: expect.stringContaining(why) } })
  })

  it.each(['constructor', '"x".constructor', '$.__proto__', '$lookup($, "constructor")', '$process', '$globalThis'])(
    '%s is nothing',
    async (expression) => {
      expect(await evaluateMapping(expression, message)).toEqual({ ok: true, value: undefined })
    },
  )

  it('a message cannot bring a function', async () => {
    const hostile = { f: { _jsonata_lambda: true, arguments: [], body: { type: 'number', value: 1 } } }
    expect(await evaluateMapping('f()', hostile)).toMatchObject({ ok: false, fault: { message: /_jsonata_/ } })
  })
})

it.each([
  ['alerts.{\n  "title": name,\n  "status": \n}', 4, 1],
  ['alerts.{"title": $upper(name)}', 1, 24],
  ['alerts\n  .{"title": name', 2, 17],
])('names the place of the fault in %s', async (expression, line, column) => {
  const evaluated = await evaluateMapping(expression, message)
  expect(evaluated).toMatchObject({ ok: false, fault: { place: { line, column } } })
})

it.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ['2026-01-02T00:30:00+01:00', '2026-01-01T23:30:00Z'],
  ['2999-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
])('an alert that says it started at %s did so at %s, for nothing starts later than now', (startsAt, started) => {
  const parsed = alertsFromJson({ title: 'x', startsAt }, Date.parse('2026-01-02T00:00:00Z'))
  expect(parsed).toMatchObject({ ok: true, alerts: [{ startsAtMs: Date.parse(started) }] })
})
