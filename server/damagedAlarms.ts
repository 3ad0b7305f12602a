import { globSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * workerd opens one `metadata.sqlite` for each kind of object before it listens, and ends when one is damaged. They
 * hold when objects want to be woken, nothing else, and the minute's sweep wakes them too: a damaged one is set
 * aside, so that the status page comes up. Databases with content are never touched. Returns what was moved.
 */
export function setAsideDamagedAlarms(dataPath: string): string[] {
  const damaged = globSync('*/*/metadata.sqlite', { cwd: dataPath })
    .map((file) => join(dataPath, file))
    .filter((path) => !isWhole(path))
  for (const path of damaged) {
    for (const file of globSync(`${path}*`)) renameSync(file, `${file}.damaged-${Date.now()}`)
  }
  return damaged
}

function isWhole(path: string): boolean {
  try {
    const database = new DatabaseSync(path)
    try {
      return database.prepare('PRAGMA quick_check').get()?.quick_check === 'ok'
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}
