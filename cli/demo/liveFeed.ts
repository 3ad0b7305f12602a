import { z } from 'zod'
import { waitFor } from './narrator.ts'

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.number() }),
  z.object({
    type: z.literal('event'),
    event: z.object({ sequence: z.number(), atMs: z.number(), event: z.looseObject({ type: z.string() }) }),
  }),
])
export type LiveEvent = Extract<z.infer<typeof Message>, { type: 'event' }>['event']

/** An incident's room over WebSocket, as the console follows it. */
export class LiveFeed {
  readonly #socket: WebSocket
  readonly #events: LiveEvent[] = []
  #closed = false

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    // Node's WebSocket takes headers; the browser's, whose type this is, does not.
    this.#socket = Reflect.construct(WebSocket, [url.replace(/^http/, 'ws'), { headers }])
    this.#socket.addEventListener('message', ({ data }) => this.#take(String(data)))
    this.#socket.addEventListener('close', () => (this.#closed = true))
    this.#socket.addEventListener('error', () => (this.#closed = true))
  }

  get events(): readonly LiveEvent[] {
    return this.#events
  }

  /** Waits for an event of this type for which `is` holds. */
  async waitForEvent(
    type: string,
    is: (event: LiveEvent['event']) => boolean = () => true,
    waitMsMax = 30_000,
  ): Promise<LiveEvent> {
    return waitFor(
      `“${type}” on the live feed`,
      () => {
        const found = this.#events.find(({ event }) => event.type === type && is(event))
        if (found === undefined && this.#closed) throw new Error(`The live feed closed before “${type}” came.`)
        return found ?? null
      },
      waitMsMax,
    )
  }

  /** Whether the sequence came as 1, 2, 3 … */
  isWithoutGaps(): boolean {
    return this.#events.every(({ sequence }, i) => sequence === i + 1)
  }

  close(): void {
    this.#socket.close()
  }

  #take(text: string): void {
    const message = Message.safeParse(JSON.parse(text))
    if (message.success && message.data.type === 'event') this.#events.push(message.data.event)
  }
}
