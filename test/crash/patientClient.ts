import { setTimeout as sleep } from 'node:timers/promises'

/** A client as senders should be: whatever has no answer is sent again, under the same key, until it has one. */
export class PatientClient {
  readonly #url: string
  readonly #authorization: string
  /** How often an answer was missing because the host was gone. */
  retries = 0

  constructor(url: string, authorization: string) {
    this.#url = url
    this.#authorization = authorization
  }

  async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const key = crypto.randomUUID()
    for (;;) {
      const response = await this.#attempt(method, path, key, body)
      if (response !== null && !isPassing(response)) {
        const text = response.text
        if (response.status >= 300) throw new Refused(response.status, `${method} ${path}: ${response.status} ${text}`)
        return text === '' ? null : JSON.parse(text)
      }
      this.retries++
      await sleep(100)
    }
  }

  async #attempt(method: string, path: string, key: string, body: unknown) {
    try {
      const response = await fetch(this.#url + path, {
        method,
        headers: {
          authorization: this.#authorization,
          'content-type': 'application/json',
          'idempotency-key': key,
          connection: 'close',
        },
        signal: AbortSignal.timeout(20_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, text: await response.text() }
    } catch {
      return null
    }
  }
}

/** Trouble that ends by itself: the host is away, busy, or still has the first request with this key at work. */
function isPassing({ status, text }: { status: number; text: string }): boolean {
  return status >= 500 || status === 429 || (status === 409 && text.includes('"request_at_work"'))
}

export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
