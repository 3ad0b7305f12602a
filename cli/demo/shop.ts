import { createServer } from 'node:http'

/** The system that breaks in the demo: healthy or not, and healthy again after a restart. */
export interface Shop {
  readonly url: string
  readonly restarts: number
  stop(): Promise<void>
}

export async function startShop(): Promise<Shop> {
  let healthy = false
  let restarts = 0
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/restart') {
      healthy = true
      restarts++
      response.end('restarted\n')
      return
    }
    response.statusCode = healthy ? 200 : 503
    response.end(healthy ? 'ok\n' : 'checkout: 40 of 40 database connections in use\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The demo’s shop has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    get restarts() {
      return restarts
    },
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
