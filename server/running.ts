import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { readJson, writePrivateJson } from './stateFiles.ts'

/** Who runs on a home folder, in `host.json`: two hosts on one set of data would damage it. */

const Running = z.object({
  pid: z.number().int(),
  url: z.string(),
  inboxUrl: z.string().nullable(),
  workerdPids: z.array(z.number().int()).default([]),
})
export type Running = z.infer<typeof Running>

export async function readRunning(home: string): Promise<Running | null> {
  const kept = Running.safeParse(await readJson(pathOf(home)).catch(() => null))
  return kept.success ? kept.data : null
}

/** Throws when a host runs on this home already; ends the workerd that a killed one left behind. */
export async function takeHome(home: string, report: (line: string) => void): Promise<void> {
  const last = await readRunning(home)
  if (last === null) return
  if (last.pid !== process.pid && (await isProcess(last.pid, 'server/main.ts'))) {
    throw new Error(`Allclear already runs on ${home}: ${last.url} (process ${last.pid}).`)
  }
  for (const pid of last.workerdPids) {
    if (!(await isProcess(pid, 'workerd'))) continue
    report(`Ending a workerd (process ${pid}) that a killed host left behind.`)
    process.kill(pid, 'SIGKILL')
    for (let waitedMs = 0; waitedMs < 3000 && (await isProcess(pid, 'workerd')); waitedMs += 50) await sleep(50)
  }
}

/** Whether a host runs on this home now. */
export async function isInUse(home: string): Promise<boolean> {
  const last = await readRunning(home)
  return last !== null && (await isProcess(last.pid, 'server/main.ts'))
}

export async function noteRunning(home: string, running: Running): Promise<void> {
  await writePrivateJson(pathOf(home), running)
}

/** Synchronous, because it is the last thing a process does. */
export function leaveHome(home: string): void {
  rmSync(pathOf(home), { force: true })
}

/** The workerd processes this process started. Empty where there is no /proc. */
export async function workerdPids(): Promise<number[]> {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').catch(() => '')
  const pids = children.split(' ').map(Number).filter(Boolean)
  const checked = await Promise.all(pids.map(async (pid) => ({ pid, is: await isProcess(pid, 'workerd') })))
  return checked.filter(({ is }) => is).map(({ pid }) => pid)
}

/** Whether `pid` lives and its command line has `word`: a number alone may have been given to someone else since. */
async function isProcess(pid: number, word: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.includes(word)
}

function pathOf(home: string): string {
  return join(home, 'host.json')
}
