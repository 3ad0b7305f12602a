import { createServer, request } from 'node:http'

/** Passes everything on to `target`; once the first answer at `path` has come, `once` happens before it is passed back. */
export async function startProxy(target: string, { path, once }: { path: string; once: () => Promise<unknown> }) {
  let isFirst = true
  const server = createServer((asked, answer) => {
    const options = { method: asked.method, headers: { ...asked.headers, host: new URL(target).host } }
    const passedOn = request(target + (asked.url ?? ''), options, (answered) => {
      const isMeant = isFirst && asked.url === path
      if (isMeant) isFirst = false
      const passBack = () => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers)
        answered.pipe(answer)
      }
      ;(isMeant ? once() : Promise.resolve()).then(passBack, (error: unknown) =>
        answer.writeHead(502).end(String(error)),
      )
    })
    passedOn.on('error', (error) => answer.writeHead(502).end(String(error)))
    asked.pipe(passedOn)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
