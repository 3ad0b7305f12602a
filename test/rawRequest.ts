import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

/** Requests that `fetch` would refuse to send. */

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const PIECE_BYTES = 256 * 1024

/** `length` bytes of text, announced or in chunks, without ever holding them all. */
export function sendMany(
  url: string,
  { length, chunked, headers }: { length: number; chunked: boolean; headers: Record<string, string> },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const size: Record<string, string> = chunked ? {} : { 'content-length': String(length) }
    const sent = request(url, { method: 'POST', headers: { ...headers, ...size } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('error', reject)
    let left = length
    const more = () => {
      while (left > 0) {
        const piece = Math.min(left, PIECE_BYTES)
        left -= piece
        if (!sent.write('['.repeat(piece))) {
          sent.once('drain', more)
          return
        }
      }
      sent.end()
    }
    more()
  })
}

/** Writes `lines` as they are, ends its side, and returns all that came back. */
export function sendRaw(url: string, lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.end(lines.join('\r\n')))
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (answer += part))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}
