import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { HttpEnv } from './env.ts'
import { problem } from './problem.ts'

/** What a request may weigh, and what its text is cleaned of, before anything parses it. */

const BODY_BYTES_MAX = 1024 * 1024

/** Senders that batch may send more; PagerDuty's protocol has a limit of its own. */
const BODY_BYTES_MAX_UNDER: readonly (readonly [prefix: string, bytesMax: number])[] = [
  ['/alertmanager/', 8 * 1024 * 1024],
  ['/hooks/', 8 * 1024 * 1024],
  ['/api/v1/config', 8 * 1024 * 1024],
  ['/api/v1/status-page/import', 8 * 1024 * 1024],
  ['/console/configuration', 8 * 1024 * 1024],
  ['/console/appearance', 8 * 1024 * 1024],
  ['/pagerduty/', 512 * 1024],
]

/** A body that is too large is read to its end, up to here, so that the sender sees the answer and not a reset. */
const DISCARDED_BYTES_MAX = 100 * 1024 * 1024

const JSON_DEPTH_MAX = 64

/** The first middleware of the app: everything after it may read the body without a thought for its size or depth. */
export const limitBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const stream = c.req.raw.body
  if (stream === null) return next()

  const bytesMax = bodyBytesMax(c.req.path)
  const bytes = await readAtMost(c.req.raw, stream, bytesMax)
  if (bytes === null) {
    return refuseBody(c, 413, 'too_large', `The body may have at most ${bytesMax} bytes here.`)
  }

  const type = c.req.header('Content-Type') ?? ''
  const body = bytes.buffer
  if (type.startsWith('multipart/form-data')) {
    const formData = await formInParts(body, type)
    if (formData === null) return refuseBody(c, 400, 'not_a_form', 'The body is no form in parts, as its type says.')
    cacheBody(c, { arrayBuffer: body, formData })
    return next()
  }
  if (type.startsWith('multipart/')) {
    cacheBody(c, { arrayBuffer: body })
    return next()
  }
  const text = new TextDecoder().decode(bytes)
  if (/^\s*[[{]/.test(text)) {
    if (isDeeperThan(text, JSON_DEPTH_MAX)) {
      return refuseBody(c, 400, 'too_deep', `JSON may be nested at most ${JSON_DEPTH_MAX} levels deep.`)
    }
    cacheBody(c, { text: cleanJson(text), arrayBuffer: body })
  } else if (type.startsWith('application/x-www-form-urlencoded')) {
    const form = text.replaceAll('%00', '')
    cacheBody(c, { text: form, arrayBuffer: body, formData: formOf(form) })
  } else {
    cacheBody(c, { text: cleanText(text), arrayBuffer: body })
  }
  return next()
}

/** Clients of another product's protocol know only its own shape of refusal. */
function refuseBody(c: Context, status: 400 | 413, code: string, detail: string): Response {
  const { path } = c.req
  if (path.startsWith('/alertmanager/')) return c.json({ code: status, message: detail }, status)
  if (path.startsWith('/pagerduty/'))
    return c.json({ status: 'invalid event', message: 'Event object is invalid', errors: [detail] }, status)
  if (path.startsWith('/opsgenie/')) return c.json({ message: detail, took: 0, requestId: crypto.randomUUID() }, status)
  return problem(c, status, code, detail)
}

/** The body as JSON, whatever its content type says. Throws a 400 when it is not JSON. */
export async function readJson(c: Context): Promise<unknown> {
  try {
    return JSON.parse(await c.req.text())
  } catch {
    throw new HTTPException(400, { message: 'The body is not JSON.' })
  }
}

/** Text as storage can hold it: no NUL, and U+FFFD for half of a surrogate pair. */
function cleanText(text: string): string {
  // Encoding replaces halves of surrogate pairs.
  return new TextDecoder().decode(new TextEncoder().encode(text.replaceAll('\0', '')))
}

/**
 * The same for JSON, where both hide in escapes. One pass over the escapes, so that an escaped backslash before a `u`
 * stays what it is.
 */
function cleanJson(text: string): string {
  if (!/\\u(d[89a-f]|0000)/i.test(text)) return text
  return text.replaceAll(
    /\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\./gi,
    (escape, high?: string, _low?: string, single?: string) => {
      if (high !== undefined || single === undefined) return escape
      if (single === '0000') return ''
      return /^d[89a-f]/i.test(single) ? '\\ufffd' : escape
    },
  )
}

/** Counts brackets outside strings: a parser would have to recurse to find out. */
function isDeeperThan(json: string, depthMax: number): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    switch (json.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(json, i)
        break
      case OPENING_BRACKET:
      case OPENING_BRACE:
        if (++depth > depthMax) return true
        break
      case CLOSING_BRACKET:
      case CLOSING_BRACE:
        depth--
    }
  }
  return false
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Most of a body is inside strings, so they are jumped over. A quote after an odd number of backslashes ends none. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end
    while (json.charCodeAt(before - 1) === BACKSLASH) before--
    if ((end - before) % 2 === 0) return end
  }
  return json.length
}

function bodyBytesMax(path: string): number {
  return BODY_BYTES_MAX_UNDER.find(([prefix]) => path.startsWith(prefix))?.[1] ?? BODY_BYTES_MAX
}

/** Null when there is more. */
async function readAtMost(
  request: Request,
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  // Senders say how much they send, and HTTP ends a body there. In one piece that costs a tenth of reading it in parts.
  const claimed = request.headers.get('Content-Length')
  if (claimed !== null && Number(claimed) <= bytesMax) {
    const bytes = new Uint8Array(await request.arrayBuffer())
    return bytes.byteLength > bytesMax ? null : bytes
  }
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= DISCARDED_BYTES_MAX) {
    const { done, value } = await reader.read()
    if (done) return length > bytesMax ? null : joined(chunks, length)
    length += value.byteLength
    if (length > bytesMax) chunks.length = 0
    else chunks.push(value)
  }
  await reader.cancel()
  return null
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

/**
 * What later readers of the body get: the very bytes that came, for a signature over them must still match, and the
 * cleaned text. Hono keeps promises here, although its types say otherwise.
 */
function cacheBody(c: Context, body: { text?: string; arrayBuffer: ArrayBuffer; formData?: FormData }): void {
  for (const [kind, value] of Object.entries(body)) Reflect.set(c.req.bodyCache, kind, Promise.resolve(value))
}

/** Null when it is none. */
async function formInParts(body: ArrayBuffer, type: string): Promise<FormData | null> {
  const parsed = await new Response(body, { headers: { 'Content-Type': type } }).formData().catch(() => null)
  if (parsed === null) return null
  const form = new FormData()
  for (const [name, value] of parsed) form.append(name, typeof value === 'string' ? cleanText(value) : value)
  return form
}

function formOf(text: string): FormData {
  const form = new FormData()
  for (const [name, value] of new URLSearchParams(text)) form.append(name, value)
  return form
}
