import { createServer } from 'node:net'
import { HOST } from './settings.ts'

/** Whether something could listen on `port` right now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: HOST, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** The first free port from `first` on; any free one when twenty in a row are taken. */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port < first + 20; port++) if (await isFree(port)) return port
  return anyFreePort()
}

export async function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ host: HOST, port: 0 }, () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)))
    })
  })
}

/** Said to whoever started the host when its port is taken. */
export function portTakenMessage(port: number): string {
  return [
    `Port ${port} is taken by another program, so Allclear did not start.`,
    `Who has it:         ss -ltnp 'sport = :${port}'   (macOS: lsof -nP -iTCP:${port} -sTCP:LISTEN)`,
    `Use another port:   PORT=${port + 1} npm start`,
  ].join('\n')
}
