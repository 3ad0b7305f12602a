const NEWER_SHOWN = 50

/** The page of the room's timeline that has this entry, with some of what came after it; `room` is the room's address. */
export function entryAddress(room: string, sequence: number): string {
  return `${room}?before=${sequence + NEWER_SHOWN}#event-${sequence}`
}
