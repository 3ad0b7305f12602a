import { globSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../server/settings.ts'
import { LANGUAGES } from '../worker/domain/language.ts'
import type { Language } from '../worker/domain/language.ts'

/** Every catalogue of words for readers, by its name, also those that come to be. */
export async function wordTables(): Promise<Record<string, Record<Language, unknown>>> {
  const tables: Record<string, Record<Language, unknown>> = {}
  for (const file of globSync('worker/domain/words/*.ts', { cwd: PROJECT_ROOT, exclude: ['**/*.test.ts'] })) {
    const module: Record<string, unknown> = await import(join(PROJECT_ROOT, file))
    for (const [name, exported] of Object.entries(module)) if (isTable(exported)) tables[name] = exported
  }
  return tables
}

function isTable(exported: unknown): exported is Record<Language, unknown> {
  return typeof exported === 'object' && exported !== null && LANGUAGES.every((language) => language in exported)
}

/** Every text of a table by its place; what takes a count is asked for one, a few and many. */
export function textsIn(words: unknown, place = ''): [place: string, text: string][] {
  if (typeof words === 'string') return [[place, words]]
  if (typeof words === 'function')
    return [1, 2, 3, 14, 90].flatMap((count) =>
      textsIn(words(count, ...Array.from({ length: 4 }, () => `${count}`)), `${place}(${count})`),
    )
  return Object.entries(words ?? {}).flatMap(([key, value]) => textsIn(value, `${place}.${key}`))
}
