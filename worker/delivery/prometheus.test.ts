import { afterEach, expect, it, vi } from 'vitest'
import { askPrometheus } from './prometheus.ts'

afterEach(() => vi.restoreAllMocks())

const vector = (...values: string[]) =>
  JSON.stringify({ data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) } })
const QUESTION = { url: 'https://prom.example/base/', query: 'sum(a{b="c"})', bearerToken: 'secret' }

it.each<[string, string, number, unknown]>([
  ['one series', vector('1200'), 200, { ok: true, value: 1200 }],
  ['the largest of several', vector('3', '12.5', '1'), 200, { ok: true, value: 12.5 }],
  ['a scalar', JSON.stringify({ data: { resultType: 'scalar', result: [1, '7'] } }), 200, { ok: true, value: 7 }],
  ['nothing', vector(), 200, { ok: true, value: null }],
  ['no number', vector('NaN', '+Inf', '-3'), 200, { ok: true, value: null }],
  [
    'a refusal',
    JSON.stringify({ status: 'error', error: 'parse error' }),
    400,
    { ok: false, detail: 'answered HTTP 400: parse error' },
  ],
  ['another language', '<html>', 200, { ok: false, detail: 'the answer is not one of an instant query' }],
  [
    'a matrix',
    JSON.stringify({ data: { resultType: 'matrix', result: [] } }),
    200,
    { ok: false, detail: 'the answer is not one of an instant query' },
  ],
])('takes %s', async (_, body, status, answer) => {
  const asked: Request[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    asked.push(new Request(input, init))
    return new Response(body, { status })
  })
  expect(await askPrometheus(QUESTION, '')).toEqual(answer)
  expect(asked[0]?.url).toBe('https://prom.example/base/api/v1/query?query=sum%28a%7Bb%3D%22c%22%7D%29')
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret')
})

it('calls no private address', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch')
  expect(await askPrometheus({ ...QUESTION, url: 'https://127.0.0.1:9090' }, '')).toMatchObject({ ok: false })
  expect(fetched).not.toHaveBeenCalled()
})
