import type { PublicUpdate } from './publicModel.ts'

/** When an update got the words that it has now: it was posted then, or edited. */
export function changedAtMs({ atMs, edits }: Pick<PublicUpdate, 'atMs' | 'edits'>): number {
  return edits.at(-1)?.untilMs ?? atMs
}
