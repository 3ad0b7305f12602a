import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { z } from 'zod'
import type { ConfigChange } from '../../worker/domain/configDiff.ts'
import { ask } from '../ask.ts'
import type { Answer, Connection } from './connection.ts'
import { pathFrom, Refused } from './connection.ts'
import { printPlan, printVersions } from './print.ts'
import { UsageError } from './usageError.ts'

export interface CommandOptions {
  readonly file: string
  readonly yes: boolean
  readonly message: string | null
  readonly rest: readonly string[]
}

/** Resolves to the exit code. */
export type Command = (instance: Connection, options: CommandOptions) => Promise<number>

const CHANGES_FOUND = 2

export const Plan = z.object({
  version: z.number(),
  summary: z.string(),
  changes: z.array(z.custom<ConfigChange>((value) => typeof value === 'object' && value !== null && 'what' in value)),
  tokens: z.array(z.object({ connection: z.string(), what: z.enum(['set', 'taken_away']) })),
})
export type Plan = z.infer<typeof Plan>

const Versions = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      at: z.string(),
      by: z.object({ name: z.string() }),
      source: z.string(),
      message: z.string().nullable(),
      summary: z.string(),
    }),
  ),
})
export type ListedVersion = z.infer<typeof Versions>['versions'][number]

export const planCommand: Command = async (instance, options) => {
  noRest(options)
  const plan = await planOf(instance, '/api/v1/config', await documentOf(options.file), options.file)
  printPlan(plan, instance.url)
  return isNothing(plan) ? 0 : CHANGES_FOUND
}

export const applyCommand: Command = async (instance, options) => {
  noRest(options)
  const body = await documentOf(options.file)
  return applyPlanned(instance, '/api/v1/config', options, body)
}

export const restoreCommand: Command = async (instance, options) => {
  const version = versionFrom(options.rest)
  if (version === null) throw new UsageError('Which version? `allclear versions` lists them.')
  return applyPlanned(instance, `/api/v1/config/versions/${version}/restore`, options)
}

export const exportCommand: Command = async (instance, { file, yes, rest }) => {
  noRest({ rest })
  const isJson = file.endsWith('.json')
  const answer = await instance.call('GET', '/api/v1/config', {
    accept: isJson ? 'application/json' : 'application/yaml',
  })
  const text = isJson ? `${JSON.stringify(JSON.parse(answer.text), null, 2)}\n` : answer.text
  if (file === '-') {
    process.stdout.write(text)
    return 0
  }
  const path = pathFrom(file)
  const isOther = existsSync(path) && (await readFile(path, 'utf8')) !== text
  if (isOther && !yes && !(await ask(`${file} is there already and says something else. Write over it?`))) return 1
  await writeFile(path, text)
  console.log(`Wrote version ${answer.version ?? '?'} of ${instance.url} to ${file}.`)
  return 0
}

export const versionsCommand: Command = async (instance, { rest }) => {
  const version = versionFrom(rest)
  if (version !== null) {
    const answer = await instance.call('GET', `/api/v1/config/versions/${version}/diff`)
    printPlan(planFrom(answer), instance.url)
    return 0
  }
  const { text } = await instance.call('GET', '/api/v1/config/versions', { query: { limit: '50' } })
  printVersions(Versions.parse(JSON.parse(text)).versions)
  return 0
}

/** Shows what it would change, asks, and does that and nothing else: whoever was quicker is not written over. */
async function applyPlanned(
  instance: Connection,
  path: string,
  { file, yes, message }: CommandOptions,
  body?: { readonly type: string; readonly text: string },
): Promise<number> {
  const plan = await planOf(instance, path, body, file)
  printPlan(plan, instance.url)
  if (isNothing(plan)) return 0
  if (!yes && !(await ask('Make these changes?'))) {
    console.log('Nothing was changed.')
    return 1
  }
  const query = { source: 'cli', message }
  const options = { query, ifMatch: plan.version, ...(body === undefined ? {} : { body }) }
  const answer = await instance.call('POST', path, options).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.problem.code !== 'stale_version') throw explained(error, file)
    throw new Error(
      `Nothing was changed: someone else has changed the configuration since this plan was made (from version ${plan.version}). Plan again, and take over what they did: \`allclear export -f -\` shows it.`,
      { cause: error },
    )
  })
  console.log(`Done: this is version ${answer.version ?? '?'}.`)
  return 0
}

async function planOf(
  instance: Connection,
  path: string,
  body: { readonly type: string; readonly text: string } | undefined,
  file: string,
): Promise<Plan> {
  const options = { query: { dryRun: 'true' }, ...(body === undefined ? {} : { body }) }
  return planFrom(
    await instance.call('POST', path, options).catch((error: unknown) => {
      throw explained(error, file)
    }),
  )
}

function planFrom({ text }: Answer): Plan {
  return Plan.parse(JSON.parse(text))
}

/** What is wrong with a document, as editors can follow it: `allclear.yaml:12: …`. */
function explained(error: unknown, file: string): unknown {
  if (!(error instanceof Refused) || error.problem.errors.length === 0) return error
  const lines = error.problem.errors.map(({ path, message, line }) => {
    const place = line === undefined ? file : `${file}:${line}`
    return `${place}: ${path === '' ? message : `${path}: ${message}`}`
  })
  return new Error(lines.join('\n'), { cause: error })
}

async function documentOf(file: string): Promise<{ type: string; text: string }> {
  const type = file.endsWith('.json') ? 'application/json' : 'application/yaml'
  if (file === '-') return { type, text: await textOf(process.stdin) }
  try {
    return { type, text: await readFile(pathFrom(file), 'utf8') }
  } catch (error) {
    throw new Error(`${file} cannot be read. \`allclear export\` writes one; --file names another.`, { cause: error })
  }
}

function isNothing({ changes, tokens }: Plan): boolean {
  return changes.length === 0 && tokens.length === 0
}

function versionFrom(rest: readonly string[]): number | null {
  const [text, ...more] = rest
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text) || more.length > 0)
    throw new UsageError(`${rest.join(' ')} is not the number of a version.`)
  return Number(text)
}

function noRest({ rest }: Pick<CommandOptions, 'rest'>): void {
  if (rest.length > 0) throw new UsageError(`What is ${rest.join(' ')} for? A document is named with --file.`)
}
