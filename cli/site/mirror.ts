import { z } from 'zod'
import { Refused } from '../configuration/connection.ts'
import type { Connection } from '../configuration/connection.ts'
import { UsageError } from '../configuration/usageError.ts'
import { printable } from '../printable.ts'

const Drill = z.object({
  at: z.string(),
  whole: z.boolean(),
  filesChecked: z.number(),
  filesTotal: z.number(),
  faults: z.array(z.string()),
})
const State = z.object({
  url: z.string().nullable(),
  filesMirrored: z.number(),
  filesPending: z.number(),
  waitingSince: z.string().nullable(),
  completeAt: z.string().nullable(),
  failure: z.string().nullable(),
  lastDrill: Drill.nullable(),
  drillIsOld: z.boolean(),
  // An earlier version of the instance says nothing of these.
  filesToRemove: z.number().default(0),
  removingSince: z.string().nullable().default(null),
})
type State = z.infer<typeof State>
const States = State.extend({
  pages: z.array(State.extend({ page: z.string(), answers: z.boolean() })).default([]),
})

/** How far the mirror is; with `drill`, whether it opens alone. The exit code is 0 when all is well. */
export async function mirrorCommand(
  instance: Connection,
  { rest }: { readonly rest: readonly string[] },
): Promise<number> {
  const [what, ...more] = rest
  if ((what !== undefined && what !== 'drill') || more.length > 0)
    throw new UsageError(
      `\`allclear mirror\` shows how far it is, \`allclear mirror drill\` tries it: what is ${rest.join(' ')} for?`,
    )
  try {
    return what === 'drill' ? await drill(instance) : await state(instance)
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== 'no_mirror') throw error
    console.error(error.problem.detail)
    return 1
  }
}

async function drill(instance: Connection): Promise<number> {
  const { text } = await instance.call('POST', '/api/v1/status-page/mirror/drill')
  return printDrill(Drill.parse(JSON.parse(text))) ? 0 : 1
}

async function state(instance: Connection): Promise<number> {
  const { text } = await instance.call('GET', '/api/v1/status-page/mirror')
  const { pages, ...main } = States.parse(JSON.parse(text))
  let isWell = printState(main)
  for (const { page, answers, ...own } of pages) {
    console.log(`\nThe page ${printable(page)}:`)
    if (!answers) console.log('It does not answer: how its copy is, is not known.')
    const isOwnWell = answers && printState(own)
    isWell &&= isOwnWell
  }
  return isWell ? 0 : 1
}

/** Whether all is well with it. */
function printState(of: State): boolean {
  const { url, filesMirrored, filesPending, waitingSince, completeAt, failure, lastDrill, drillIsOld } = of
  if (of.removingSince !== null) {
    console.log(
      `It is not public any more, and ${of.filesToRemove} files are still there since ${of.removingSince}. They are being taken away.`,
    )
    if (failure !== null) console.log(`The last attempt failed: ${printable(failure)}`)
    return false
  }
  console.log(
    `Readers open it at ${url === null ? 'an address that nobody has said (MIRROR_PUBLIC_URL)' : printable(url)}.`,
  )
  console.log(
    `${filesMirrored} files are there, ${filesPending} on their way${waitingSince === null ? '' : ` since ${waitingSince}`}.`,
  )
  console.log(completeAt === null ? 'It never had everything yet.' : `It last had everything at ${completeAt}.`)
  if (failure !== null) console.log(`The last attempt failed: ${printable(failure)}`)
  if (lastDrill === null) console.log('Nobody has tried it yet: allclear mirror drill')
  else printDrill(lastDrill)
  if (lastDrill !== null && drillIsOld) console.log('That is long ago. Try it again: allclear mirror drill')
  return failure === null && lastDrill?.whole === true && !drillIsOld
}

function printDrill({ at, whole, filesChecked, filesTotal, faults }: z.infer<typeof Drill>): boolean {
  console.log(
    whole
      ? `Tried at ${at}: the copy is whole and opens alone (${filesChecked} of ${filesTotal} files compared).`
      : `Tried at ${at}: the copy is NOT whole (${filesChecked} of ${filesTotal} files compared).`,
  )
  for (const fault of faults) console.log(`  ${printable(fault)}`)
  return whole
}
