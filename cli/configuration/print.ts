import type { ConfigChange } from '../../worker/domain/configDiff.ts'
import { describeChange, describeToken, removalsIn } from '../../worker/domain/describeChange.ts'
import { printable } from '../printable.ts'
import type { ListedVersion, Plan } from './commands.ts'

/** Plain where nobody looks at colours: in a file, in a pipe, or where NO_COLOR is set. */
const isColoured =
  process.stdout.isTTY &&
  (process.env.NO_COLOR === undefined || process.env.NO_COLOR === '') &&
  process.env.TERM !== 'dumb'

const CODE = { green: 32, red: 31, yellow: 33, bold: 1 } as const
const MARK = { added: '+', removed: '-', changed: '~', moved: '↕' } as const satisfies Record<
  ConfigChange['what'],
  string
>
const COLOUR = { added: 'green', removed: 'red', changed: 'yellow', moved: 'yellow' } as const

export function printPlan({ version, summary, changes, tokens }: Plan, against: string): void {
  for (const change of changes) {
    const { what, title, details } = describeChange(change)
    console.log(painted(`${MARK[what]} ${printable(title)}`, COLOUR[what]))
    for (const detail of details) console.log(`    ${printable(detail)}`)
  }
  for (const token of tokens) console.log(painted(`~ ${describeToken(token)}`, 'yellow'))
  if (changes.length > 0 || tokens.length > 0) console.log('')
  const also = tokens.length === 0 ? '' : `, ${tokens.length === 1 ? '1 token' : `${tokens.length} tokens`}`
  console.log(painted(`${summary}${also} (against version ${version} of ${against})`, 'bold'))
  const removals = removalsIn(changes)
  if (removals.length > 0) console.log(painted(`This REMOVES: ${removals.map(printable).join(', ')}.`, 'red'))
}

export function printVersions(versions: readonly ListedVersion[]): void {
  if (versions.length === 0) console.log('There are no versions yet. The first change makes one.')
  for (const { version, at, by, source, message, summary } of versions) {
    const said = message === null ? '' : `: ${printable(message)}`
    console.log(
      `${String(version).padStart(4)}  ${at.slice(0, 16).replace('T', ' ')}Z  ${printable(by.name)} (${source.replace('_', ' ')})  ${summary}${said}`,
    )
  }
}

function painted(text: string, colour: keyof typeof CODE): string {
  return isColoured ? `\u001B[${CODE[colour]}m${text}\u001B[0m` : text
}
