import { connect, type Socket } from 'node:net'

/**
 * As many requests as a server answers, over keep-alive connections, each with one request under way. Plain sockets and
 * requests that were put together before: what is measured should be the server.
 */

export interface Load {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodies: readonly string[]
  readonly connections: number
}

export interface Outcome {
  readonly seconds: number
  /** How often each status came. */
  readonly statuses: ReadonlyMap<number, number>
  readonly slowestMs: number
}

/** Sends every body once. */
export async function sendAll({ url, headers, bodies, connections }: Load): Promise<Outcome> {
  const { hostname, port, host, pathname } = new URL(url)
  const head = Object.entries({ ...headers, Host: host }).map(([name, value]) => `${name}: ${value}\r\n`)
  const requests = bodies.map((body) => {
    const bytes = Buffer.from(body)
    const length = `Content-Length: ${bytes.length}\r\n\r\n`
    return Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head.join('')}${length}`), bytes])
  })
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(hostname, Number(port))))

  const statuses = new Map<number, number>()
  let slowestMs = 0
  let next = 0
  const startedMs = performance.now()
  await Promise.all(
    sockets.map(async (socket) => {
      const answers = new Answers(socket)
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const sentMs = performance.now()
        socket.write(request)
        const status = await answers.next()
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        slowestMs = Math.max(slowestMs, performance.now() - sentMs)
      }
    }),
  )
  const seconds = (performance.now() - startedMs) / 1000
  for (const socket of sockets) socket.destroy()
  return { seconds, statuses, slowestMs }
}

function opened(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, hostname, () => resolve(socket))
    socket.setNoDelay(true)
    socket.once('error', reject)
  })
}

/** Reads one answer at a time. */
class Answers {
  #seen = ''
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null

  constructor(socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      this.#seen += part
      this.#look()
    })
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')))
  }

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#look()
    })
  }

  #look(): void {
    const headEnd = this.#seen.indexOf('\r\n\r\n')
    if (headEnd < 0 || this.#waiting === null) return
    const head = this.#seen.slice(0, headEnd)
    const end = endOfBody(this.#seen, head, headEnd + 4)
    if (end === null) return
    this.#seen = this.#seen.slice(end)
    const { resolve } = this.#waiting
    this.#waiting = null
    resolve(Number(head.slice(9, 12)))
  }
}

/** Null while some of it is still to come. */
function endOfBody(seen: string, head: string, from: number): number | null {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (length !== null) {
    const end = from + Number(length[1])
    return seen.length >= end ? end : null
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return from
  const last = seen.indexOf('0\r\n\r\n', from)
  return last < 0 ? null : last + 5
}
