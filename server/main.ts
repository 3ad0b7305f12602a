import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { upToDateBuild } from './build.ts'
import { CRON, startCron } from './cron.ts'
import { setAsideDamagedAlarms } from './damagedAlarms.ts'
import { handOver } from './alertMail.ts'
import { beginFirstRun, finishFirstRun, type FirstRun } from './firstRun.ts'
import { startFolderMirror, type FolderMirror } from './folderMirror.ts'
import { applyMigrations } from './migrations.ts'
import { isFree, portTakenMessage } from './ports.ts'
import { leaveHome, noteRunning, takeHome, workerdPids } from './running.ts'
import { HOST, readSettings, type Settings } from './settings.ts'
import { SMTP_PORT_FIRST, startMailSink, type MailSink } from './mailSink.ts'
import { credentialsPath, readCredentials, secretsOf, writeCredentials } from './stateFiles.ts'
import { runScheduled, startWorker, type MirrorBindings, type WorkerBindings } from './worker.ts'

/** The embedded host: the same Worker as in production, on one machine, with no account. */

const startedAtMs = Date.now()
const MIGRATION_PATIENCE_MS = 20_000
const report = (line: string) => console.log(line)
const complain = (line: string) => console.error(line)

try {
  await runHost(readSettings(process.argv.slice(2), process.env))
} catch (error) {
  complain(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

async function runHost(settings: Settings): Promise<void> {
  await mkdir(settings.home, { recursive: true, mode: 0o700 })
  await takeHome(settings.home, report)
  if (!(await isFree(settings.port))) throw new Error(portTakenMessage(settings.port))
  // Before the slow part, so that a second host started meanwhile on this home is refused.
  await noteRunning(settings.home, { pid: process.pid, url: settings.publicUrl, inboxUrl: null, workerdPids: [] })
  const running: Running = {}
  shutDownOnSignals(settings.home, running)

  try {
    const build = await upToDateBuild(report)
    const secrets = await secretsOf(settings.home)
    if (settings.smtpUrl === null) running.sink = await startSink(settings)
    const smtp = smtpOf(settings, running.sink)
    const mirror = await startMirror(settings, running)
    const bindings: WorkerBindings = {
      PUBLIC_URL: settings.publicUrl,
      MAIL_FROM: settings.mailFrom,
      PRIVATE_TARGETS: settings.privateTargets,
      SMTP_URL: smtp.url,
      MASTER_KEY: secrets.masterKey,
      SETUP_TOKEN: secrets.setupToken,
      METRICS_TOKEN: settings.metricsToken ?? secrets.metricsToken,
      ...mirror,
      ...settings.sms,
    }
    const dataPath = join(settings.home, 'data')
    const firstRun = await beginFirstRun(settings.home, dataPath)
    // Whoever finds the port open finds the inbox here.
    const inboxUrl = running.sink?.inboxUrl ?? null
    const note = { pid: process.pid, url: settings.publicUrl, inboxUrl }
    await noteRunning(settings.home, { ...note, workerdPids: [] })
    const worker = await startDespiteDamage({ build, port: settings.port, dataPath, bindings })
    running.worker = worker
    await migrate(worker)
    await noteRunning(settings.home, { ...note, workerdPids: await workerdPids() })

    const signInLink = await firstRunDone(firstRun, settings, secrets.setupToken, smtp)
    await keepAddresses(settings, smtp)
    running.stopCron = startCron((at) => runScheduled(worker, CRON, at), complain)
    greet({ settings, inboxUrl, signInLink })
  } catch (error) {
    await stop(running)
    leaveHome(settings.home)
    throw error
  }
}

async function startDespiteDamage(options: Parameters<typeof startWorker>[0]): Promise<Miniflare> {
  try {
    return await startWorker(options)
  } catch (error) {
    // Someone may have taken it during the build.
    if (!(await isFree(options.port))) throw new Error(portTakenMessage(options.port), { cause: error })
    const damaged = setAsideDamagedAlarms(options.dataPath)
    if (damaged.length === 0) throw error
    complain(`DAMAGED FILES WERE SET ASIDE: ${damaged.join(', ')}`)
    return await startWorker(options)
  }
}

/** A database that cannot be migrated does not keep the status page, which is files, from being served. */
async function migrate(worker: Miniflare): Promise<void> {
  const patience = AbortSignal.timeout(MIGRATION_PATIENCE_MS)
  const tooLong = new Promise<never>((_, reject) =>
    patience.addEventListener('abort', () => reject(new Error('the database did not answer')), { once: true }),
  )
  try {
    const applied = await Promise.race([worker.getD1Database('DB').then(applyMigrations), tooLong])
    if (applied.length > 0) report(`Migrated the database: ${applied.join(', ')}.`)
  } catch (error) {
    complain(`THE DATABASE COULD NOT BE OPENED OR MIGRATED: ${messageOf(error)}`)
    complain('The status page is served from its files; the console and the API will fail until this is put right.')
  }
}

/** An instance that is not set up is still served: what failed is said, and the next start goes on with it. */
async function firstRunDone(
  firstRun: FirstRun | null,
  settings: Settings,
  setupToken: string,
  smtp: { host: string; port: number },
): Promise<string | null> {
  if (firstRun === null) return null
  try {
    return await finishFirstRun(firstRun, { settings, setupToken, smtp, report })
  } catch (error) {
    complain(`SETTING UP FAILED: ${messageOf(error)}`)
    complain('The next start goes on with it.')
    return null
  }
}

/** Ports may differ from those of the last start. */
async function keepAddresses(settings: Settings, smtp: { host: string; port: number }): Promise<void> {
  const kept = await readCredentials(settings.home)
  if (kept === null) return
  const { publicUrl } = settings
  if (kept.url === publicUrl && kept.smtp.host === smtp.host && kept.smtp.port === smtp.port) return
  await writeCredentials(settings.home, { ...kept, url: publicUrl, smtp: { host: smtp.host, port: smtp.port } })
}

/** On the port that senders of alerts were given, if it is free. */
async function startSink(settings: Settings): Promise<MailSink> {
  const local = `http://${HOST}:${settings.port}`
  const given = (await readCredentials(settings.home))?.smtp
  const port = given?.host === HOST ? given.port : SMTP_PORT_FIRST
  return startMailSink(join(settings.home, 'mail'), port, (key, mail) => handOver(local, key, mail))
}

/** A folder is a bucket by the host's own server, under keys that nobody else has. */
async function startMirror({ mirror }: Settings, running: Running): Promise<MirrorBindings> {
  if (mirror !== null && mirror.folder !== null) running.mirror = await startFolderMirror(mirror.folder)
  const bucket = mirror?.folder === null ? mirror : running.mirror
  return {
    MIRROR_URL: bucket?.url ?? '',
    MIRROR_PUBLIC_URL: mirror?.publicUrl ?? '',
    MIRROR_REGION: bucket?.region ?? 'auto',
    MIRROR_ACCESS_KEY_ID: bucket?.accessKeyId ?? '',
    MIRROR_SECRET_ACCESS_KEY: bucket?.secretAccessKey ?? '',
  }
}

function smtpOf(settings: Settings, sink: MailSink | undefined): { url: string; host: string; port: number } {
  if (sink !== undefined) return { url: `smtp://${sink.host}:${sink.port}`, host: sink.host, port: sink.port }
  const url = new URL(settings.smtpUrl ?? '')
  const standardPort = url.protocol === 'smtps:' ? 465 : 587
  return { url: url.href, host: url.hostname, port: Number(url.port || standardPort) }
}

function greet(said: { settings: Settings; inboxUrl: string | null; signInLink: string | null }): void {
  const { settings, inboxUrl, signInLink } = said
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1)
  report('')
  report(`Allclear is ready in ${seconds} s.`)
  report(`  status page   ${settings.publicUrl}/`)
  report(`  console       ${settings.publicUrl}/console`)
  if (inboxUrl !== null) report(`  mail inbox    ${inboxUrl}`)
  if (signInLink !== null) {
    report(`  sign in once  ${signInLink}`)
    report(`  credentials   ${credentialsPath(settings.home)}`)
  }
  report('')
}

function shutDownOnSignals(home: string, running: Running): void {
  let stopping = false
  const shutDown = () => {
    if (stopping) process.exit(130)
    stopping = true
    report('Stopping …')
    void stop(running).finally(() => {
      leaveHome(home)
      process.exit(0)
    })
  }
  process.on('SIGINT', shutDown)
  process.on('SIGTERM', shutDown)
  process.on('SIGHUP', shutDown)
  // The channel to boot.mjs closes when that dies, also by a kill -9.
  if (process.channel !== undefined) process.on('disconnect', shutDown)
}

interface Running {
  worker?: Miniflare
  sink?: MailSink
  mirror?: FolderMirror
  stopCron?: () => void
}

async function stop(running: Running): Promise<void> {
  running.stopCron?.()
  await running.worker?.dispose().catch((error: unknown) => complain(messageOf(error)))
  await running.sink?.stop()
  await running.mirror?.stop()
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
