import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../server/settings.ts'

export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** `npx allclear …` from `folder`, for the instance of `home`; nobody is there to be asked. */
export function allclear(
  { folder, home }: { readonly folder: string; readonly home: string },
  args: readonly string[],
  environment: Record<string, string> = {},
  input = '',
): Promise<Run> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'cli', 'allclear.mjs'), ...args], {
    cwd: folder,
    env: { ...process.env, ALLCLEAR_HOME: home, ALLCLEAR_URL: '', ALLCLEAR_TOKEN: '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })))
}
