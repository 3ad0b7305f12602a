import { parseArgs } from 'node:util'
import { applyCommand, exportCommand, planCommand, restoreCommand, versionsCommand } from './configuration/commands.ts'
import type { Command } from './configuration/commands.ts'
import { connect } from './configuration/connection.ts'
import { UsageError } from './configuration/usageError.ts'
import { importCommand } from './import/command.ts'
import { exportSiteCommand } from './site/exportSite.ts'
import { mirrorCommand } from './site/mirror.ts'
import { verifyLogCommand } from './site/verifyLog.ts'

/** Allclear from the command line: the configuration as code, and copies of the status page. */

const HELP = `allclear: an Allclear instance from the command line

The configuration as code
  allclear plan                  shows what allclear.yaml would change
  allclear apply                 shows it, asks, and makes it the configuration
  allclear export                writes the configuration to allclear.yaml
  allclear versions [number]     lists the versions, or shows what one changed
  allclear restore <number>      goes back to a version, after asking

The status page
  allclear export-site <folder>  writes the whole page as plain files, with their SHA-256 sums
  allclear mirror [drill]        says how far the copy on the second host is, or tries whether it opens alone
  allclear import <product> <where>
                                 takes over the past of another page, after showing it: statuspage, cachet (an address),
                                 upptime (owner/repository, or a folder)
  allclear verify-log <where>    checks the public log of a page, a mirror or an exported folder against what its pages say

  -f, --file <path>      the document, YAML or JSON; - is standard input or output (allclear.yaml)
  -y, --yes              does not ask
  -m, --message <text>   what the change is for
      --url <url>        the instance; else ALLCLEAR_URL, else .allclear/credentials.json
      --token <token>    an API token: for the configuration with the scope config:write and the role admin, to export
                         the page with incidents:read; else ALLCLEAR_TOKEN, else that file
      --components       import: adds components that are not here to the configuration
      --remember <file>  verify-log: the log has to go on from the entry kept there, and its last one is kept
      --log-only         verify-log: the chain and the signatures, and not what the pages say
      --home <folder>    export-site: reads the state of an instance that does not run, such as .allclear
  -h, --help

Exit codes: 0 done, or nothing to change; 1 it failed; 2 from plan: there is something to change.
`

const COMMANDS: Readonly<Record<string, Command>> = {
  plan: planCommand,
  apply: applyCommand,
  export: exportCommand,
  versions: versionsCommand,
  restore: restoreCommand,
  mirror: mirrorCommand,
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  if (error instanceof UsageError) console.error('\nallclear --help says more.')
  process.exitCode = 1
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args)
  const [name, ...rest] = positionals
  if (values.help === true || name === undefined) {
    console.log(HELP)
    return values.help === true ? 0 : 1
  }
  if (name === 'export-site') return exportSiteCommand(values, rest)
  if (name === 'verify-log') return verifyLogCommand(values, rest)
  if (name === 'import') return importCommand(await connect(values), values, rest)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`There is no command ${name}.`)
  return command(await connect(values), {
    file: values.file ?? 'allclear.yaml',
    yes: values.yes ?? false,
    message: values.message ?? null,
    rest,
  })
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        file: { type: 'string', short: 'f' },
        yes: { type: 'boolean', short: 'y' },
        message: { type: 'string', short: 'm' },
        url: { type: 'string' },
        token: { type: 'string' },
        home: { type: 'string' },
        remember: { type: 'string' },
        components: { type: 'boolean' },
        'log-only': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
