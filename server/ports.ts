import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { HOST } from './settings.ts'

/** Whether something could listen on `port` right now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: HOST, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/**
 * Listens on the first free port from `first` on, or on any when twenty in a row are taken. Resolves with the port.
 * It does not ask first: another program may take the port between the question and the listening.
 */
export async function listenFrom(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + 20; port++) if (await listens(server, port)) return port
  const port = await anyFreePort()
  if (await listens(server, port)) return port
  throw new Error(`No port from ${first} on is free.`)
}

/** False when something else listens on `port`. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.removeListener('listening', listening)
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    }
    const listening = () => {
      server.removeListener('error', failed)
      resolve(true)
    }
    server.once('error', failed)
    server.once('listening', listening)
    server.listen({ host: HOST, port })
  })
}

/**
 * A port that nobody listens on. It is below those that Linux (32768) and others (49152) give to outgoing connections, any
 * of which could have it a moment later.
 */
export async function anyFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_768)
    if (await isFree(port)) return port
  }
  throw new Error('No port from 20000 to 32767 is free.')
}

/** Said to whoever started the host when its port is taken. */
export function portTakenMessage(port: number): string {
  return [
    `Port ${port} is taken by another program, so Allclear did not start.`,
    `Who has it:         ss -ltnp 'sport = :${port}'   (macOS: lsof -nP -iTCP:${port} -sTCP:LISTEN)`,
    `Use another port:   PORT=${port + 1} npm start`,
  ].join('\n')
}
