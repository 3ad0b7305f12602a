import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** Objects, databases, files and browsers of a whole run need a fraction of it. */
const ROOM_BYTES_MIN = 2 * 1024 ** 3

/** For what tests write: in memory where there is room, since a third of their time goes into waiting for a disk. */
export function scratchFolder(): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'allclear-tests-'))
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= ROOM_BYTES_MIN
  } catch {
    return false
  }
}
