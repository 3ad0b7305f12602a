// Starts anything of this project on whatever Node there is: installs what is missing, then hands over to the
// Node 24 that comes as a dependency. Plain, old JavaScript, so that an old Node can say that it is too old.
//
//   node server/boot.mjs [--empty] [--port 8787] [--home .allclear]   the embedded host
//   node server/boot.mjs --run <program> [arguments]                  a program of node_modules/.bin, or a .ts file
import { spawn } from 'child_process'
import { existsSync, readFileSync } from 'fs'
import { constants } from 'os'
import { delimiter, dirname, join } from 'path'
import { fileURLToPath } from 'url'

const OLDEST_NODE = 20
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const windows = process.platform === 'win32'
const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  stop(
    'This is Node ' + process.versions.node + '; Allclear needs Node ' + OLDEST_NODE + ' or newer: https://nodejs.org',
  )
}

main(process.argv.slice(2)).catch((error) => stop(error instanceof Error ? error.message : String(error)))

async function main(args) {
  if (!isInstalled()) await install()
  if (!existsSync(node)) {
    stop(
      'node_modules has no Node of its own: its install script did not run.\n' +
        'Allow it, then run `npm ci` again: `npm config get ignore-scripts` must say false.',
    )
  }
  const command = commandFor(args)
  process.exitCode = await run(command[0], command.slice(1))
}

function commandFor(args) {
  if (args[0] !== '--run') return [node, join(root, 'server', 'main.ts')].concat(args)
  const program = args[1]
  if (!program) stop('--run needs the name of a program')
  if (/\.(ts|mjs)$/.test(program)) return [node, join(root, program)].concat(args.slice(2))
  return [join(bin, windows ? program + '.cmd' : program)].concat(args.slice(2))
}

/** Whether node_modules holds what package-lock.json asks for. Content, not times: a checkout touches files. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !present) return false
  return Object.keys(wanted).every((path) => {
    // Packages for other platforms are not installed, and the first entry is this project itself.
    if (path === '' || wanted[path].optional || wanted[path].devOptional || wanted[path].peer) return true
    return present[path] !== undefined && present[path].version === wanted[path].version
  })
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

async function install() {
  console.log('Installing the packages of package-lock.json (a minute or two, once) …')
  const startedAtMs = Date.now()
  const progress = setInterval(() => {
    console.log('  still installing, ' + Math.round((Date.now() - startedAtMs) / 1000) + ' s')
  }, 10000)
  const exitCode = await run(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: windows,
  })
  clearInterval(progress)
  if (exitCode !== 0) stop('npm ci failed. Its messages above say why; nothing was started.')
  console.log('Installed in ' + Math.round((Date.now() - startedAtMs) / 1000) + ' s.')
}

/** Runs a program in the foreground; signals go on to it, its exit code comes back. */
function run(program, args, options) {
  return new Promise((resolve, reject) => {
    // Compiled modules are kept: loading them is a third of a warm start.
    const cache = join(root, 'node_modules', '.cache', 'node')
    const env = Object.assign({ NODE_COMPILE_CACHE: cache }, process.env, { PATH: bin + delimiter + process.env.PATH })
    // The channel tells the program when this process dies, however it dies.
    const stdio = program === node ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit'
    const child = spawn(program, args, Object.assign({ cwd: root, env, stdio }, options))
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    // A terminal sends Ctrl-C to the whole group: forwarding it too would count as the second one, which kills.
    signals.forEach((signal) => process.on(signal, signal === 'SIGINT' && process.stdin.isTTY ? () => {} : forward))
    child.on('error', reject)
    child.on('exit', (exitCode, signal) => {
      signals.forEach((name) => process.removeAllListeners(name))
      resolve(signal ? 128 + (constants.signals[signal] || 0) : exitCode)
    })
  })
}

function stop(message) {
  console.error(message)
  process.exit(1)
}
