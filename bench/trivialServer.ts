import { createServer } from 'node:net'

/** Answers each request at once and looks at none: what the load generator can do at most. Run as a process of its own. */

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

const server = createServer((socket) => {
  // The load generator has one request under way on each connection, and says how long it is.
  let left = 0
  socket.on('data', (part) => {
    if (left === 0) {
      const headEnd = part.indexOf('\r\n\r\n')
      const length = /\r\nContent-Length: (\d+)/.exec(part.toString('latin1', 0, headEnd))
      left = headEnd + 4 + Number(length?.[1] ?? 0)
    }
    left -= part.length
    if (left === 0) socket.write(ANSWER)
  })
  socket.on('error', () => {})
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(address.port)
})
