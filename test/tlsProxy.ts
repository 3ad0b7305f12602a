import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { Agent, createServer } from 'node:https'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../server/settings.ts'

/**
 * For clients that speak to nothing but https at the root of a host: TLS on loopback in front of one path of ours. The
 * certificate is good for a hundred years and for loopback only; the key beside it guards nothing.
 */

const fixture = (name: string) => readFileSync(join(PROJECT_ROOT, 'test', 'fixtures', name))
const certificate = fixture('loopback.cert.pem')

export interface TlsProxy {
  /** Host and port, as such clients want it. */
  readonly server: string
  /** Trusts this certificate and checks it, as any other. */
  readonly agent: Agent
  stop(): Promise<void>
}

/** `target` is an address with a path, before which nothing is put and to which each request's path is added. */
export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const server = createServer({ key: fixture('loopback.key.pem'), cert: certificate }, (asked, answer) => {
    const { host } = new URL(target)
    const options = { method: asked.method, headers: { ...asked.headers, host } }
    const passedOn = plainRequest(target + (asked.url ?? ''), options, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(answer)
    })
    passedOn.on('error', (error) => answer.writeHead(502).end(String(error)))
    asked.pipe(passedOn)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const agent = new Agent({ ca: certificate })
  return {
    server: `127.0.0.1:${address.port}`,
    agent,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
