import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { HttpEnv } from './env.ts'
import { limitBody, readJson } from './limits.ts'
import { handleError } from './problem.ts'

const MIB = 1024 * 1024

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
app.post('/json', async (c) => c.json(await readJson(c)))
app.post('/form', async (c) => c.json(await c.req.parseBody()))
app.post('/parts', async (c) => {
  const { text, file } = await c.req.parseBody()
  return c.json({ text, file: file instanceof File && (await file.text()), name: file instanceof File && file.name })
})
app.post('/bytes', async (c) => c.body(await c.req.arrayBuffer()))
app.post('/alertmanager/api/v2/alerts', async (c) => c.text(String((await c.req.arrayBuffer()).byteLength)))

function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  return app.request(path, { method: 'POST', body, headers }, env)
}

/** A chunked body of this size, which nobody has to hold in memory. */
function stream(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      controller.enqueue(new Uint8Array(Math.min(left, 64 * 1024)).fill(32))
      left -= 64 * 1024
    },
  })
}

describe('limitBody', () => {
  it('refuses 60 MB, sent in chunks without a length, and says the limit', async () => {
    const answer = await post('/json', stream(60 * MIB))
    expect(answer.status).toBe(413)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({
      status: 413,
      code: 'too_large',
      detail: `The body may have at most ${MIB} bytes here.`,
    })
  })

  it('does not believe a length that lies', async () => {
    expect((await post('/json', stream(2 * MIB), { 'Content-Length': '10' })).status).toBe(413)
    expect((await post('/json', '{"a":1}', { 'Content-Length': String(60 * MIB) })).status).toBe(200)
  })

  it.each([
    [MIB, 200],
    [MIB + 1, 413],
  ])('takes %i bytes with %i', async (bytes, status) => {
    expect((await post('/json', `"${'a'.repeat(bytes - 2)}"`)).status).toBe(status)
  })

  it('takes more from senders that batch', async () => {
    expect(await (await post('/alertmanager/api/v2/alerts', stream(8 * MIB))).text()).toBe(String(8 * MIB))
    expect((await post('/alertmanager/api/v2/alerts', stream(8 * MIB + 1))).status).toBe(413)
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('refuses 100,000 levels of %s', async (open, close) => {
    const answer = await post('/json', open.repeat(100_000) + '1' + close.repeat(100_000))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'too_deep' })
  })

  it('counts levels, not brackets in text', async () => {
    expect((await post('/json', '['.repeat(64) + ']'.repeat(64))).status).toBe(200)
    expect((await post('/json', '['.repeat(65) + ']'.repeat(65))).status).toBe(400)
    const text = { a: '[[{{\\"['.repeat(100), b: [[1], [2], [3]], c: '\\', d: '[{'.repeat(50), e: '\\\\"[' }
    expect(await (await post('/json', JSON.stringify(text))).json()).toEqual(text)
  })

  it.each(['', 'null x', '{"a":', '{a:1}', "{'a':1}", '[1,]', 'NaN'])('answers 400 to %j', async (body) => {
    const answer = await post('/json', body === '' ? ' ' : body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ status: 400, detail: 'The body is not JSON.' })
  })

  it.each([
    ['{"a":"\\ud800"}', { a: '\ufffd' }],
    ['{"a":"x\\uDFFFy\\ud83d"}', { a: 'x\ufffdy\ufffd' }],
    ['{"a":"\\ud83d\\ude00"}', { a: '😀' }],
    ['{"a":"\\ud83d\\ud83d\\ude00"}', { a: '\ufffd😀' }],
    ['{"a\\u0000b":"c\\u0000"}', { ab: 'c' }],
    ['{"a":"\\\\u0000 and \\\\ud800"}', { a: '\\u0000 and \\ud800' }],
    ['{"a":"\\\\\\u0000"}', { a: '\\' }],
    ['{"a":"\\u00e9\\n\\u2028"}', { a: 'é\n\u2028' }],
  ])('cleans %s', async (body, expected) => {
    const answer = await post('/json', body, { 'Content-Type': 'application/json' })
    expect(await answer.json()).toEqual(expected)
  })

  it('replaces bytes that are not UTF-8', async () => {
    const body = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d])
    expect(await (await post('/json', body)).json()).toEqual({ a: '\ufffd\ufffd\ufffd' })
  })

  it('answers 400 to a form in parts that is none', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
      expect((await post('/form', 'no parts', { 'Content-Type': type })).status).toBe(400)
  })

  it('cleans the fields of a form in parts, and leaves its files alone', async () => {
    const form = new FormData()
    form.append('text', 'a\0b')
    form.append('file', new File(['a\0b'], 'a.txt'))
    const answer = await post('/parts', form)
    expect(await answer.json()).toEqual({ text: 'ab', file: 'a\0b', name: 'a.txt' })
  })

  it('strips NUL from forms', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    expect(await (await post('/form', 'a=x%00y&b=%ED%A0%80', form)).json()).toEqual({
      a: 'xy',
      b: '\ufffd\ufffd\ufffd',
    })
  })

  it('leaves the bytes alone that a signature covers', async () => {
    const body = '{"a":"\\ud800\\u0000"}'
    expect(await (await post('/bytes', body, { 'Content-Type': 'application/json' })).text()).toBe(body)
  })

  it('keeps __proto__ a plain name', async () => {
    expect(await (await post('/json', '{"__proto__":{"admin":true}}')).text()).toBe('{"__proto__":{"admin":true}}')
  })
})
