import { afterEach, expect, it, vi } from 'vitest'
import { askPrometheusRange } from './prometheusRange.ts'

afterEach(() => vi.restoreAllMocks())

const matrix = (...series: (readonly [number, string])[][]) =>
  JSON.stringify({ data: { resultType: 'matrix', result: series.map((values) => ({ metric: {}, values })) } })
const QUESTION = {
  url: 'https://prom.example/',
  query: 'up',
  bearerToken: 'secret',
  startMs: 60_000,
  endMs: 180_000,
  stepMs: 60_000,
}

it.each<[string, string, number, unknown]>([
  [
    'one series, with gaps for what is no number',
    matrix([
      [60, '1.5'],
      [120, 'NaN'],
      [180, '-2'],
    ]),
    200,
    {
      ok: true,
      points: [
        { atMs: 60_000, value: 1.5 },
        { atMs: 180_000, value: -2 },
      ],
    },
  ],
  ['nothing', matrix(), 200, { ok: true, points: [] }],
  [
    'several series',
    matrix([[60, '1']], [[60, '2']]),
    200,
    { ok: false, detail: 'the query found 2 series; write it for one, such as max(…) or sum(…)' },
  ],
  ['a refusal', JSON.stringify({ error: 'parse error' }), 400, { ok: false, detail: 'answered HTTP 400: parse error' }],
  ['another language', '<html>', 200, { ok: false, detail: 'the answer is not one of a range query' }],
])('takes %s', async (_, body, status, answer) => {
  const asked: Request[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    asked.push(new Request(input, init))
    return new Response(body, { status })
  })
  expect(await askPrometheusRange(QUESTION, '')).toEqual(answer)
  expect(asked[0]?.url).toBe('https://prom.example/api/v1/query_range?query=up&start=60&end=180&step=60')
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret')
})
