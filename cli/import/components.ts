import { z } from 'zod'
import { ask } from '../ask.ts'
import type { Connection } from '../configuration/connection.ts'
import { printPlan } from '../configuration/print.ts'
import { Plan } from '../configuration/commands.ts'

const Configuration = z.looseObject({ components: z.array(z.looseObject({ id: z.string() })).default([]) })
const CONFIG = '/api/v1/config'
const ID_LENGTH_MAX = 50

/** Adds components to the configuration, after showing it. False: a person said no. */
export async function addComponents(
  instance: Connection,
  missing: readonly { readonly name: string; readonly group: string | null }[],
  yes: boolean,
): Promise<boolean> {
  const before = await instance.call('GET', CONFIG)
  const configuration = Configuration.parse(JSON.parse(before.text))
  const taken = new Set(configuration.components.map(({ id }) => id))
  const added = missing.map(({ name, group }) => ({
    id: freeId(name, taken),
    name,
    ...(group === null ? {} : { group }),
  }))
  const text = JSON.stringify({ ...configuration, components: [...configuration.components, ...added] })
  const body = { type: 'application/json', text }
  const plan = await instance.call('POST', CONFIG, { query: { dryRun: 'true' }, body })
  const parsed = Plan.parse(JSON.parse(plan.text))
  printPlan(parsed, instance.url)
  if (!yes && !(await ask('Add these components?'))) return false
  await instance.call('POST', CONFIG, {
    query: { source: 'cli', message: 'Components of an imported status page' },
    ifMatch: parsed.version,
    body,
  })
  return true
}

function freeId(name: string, taken: Set<string>): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, ID_LENGTH_MAX)
  const start = slug === '' ? 'component' : slug
  let id = start
  for (let number = 2; taken.has(id); number++) id = `${start}-${number}`
  taken.add(id)
  return id
}
