import { createInterface } from 'node:readline/promises'
import { UsageError } from './configuration/usageError.ts'

/** Whether a person says yes; where nobody can be asked, that is an error. */
export async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`${question} There is nobody to ask here: --yes says so.`)
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim())
  } finally {
    reader.close()
  }
}
