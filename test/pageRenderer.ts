import { globSync } from 'node:fs'
import { join } from 'node:path'
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { upToDateBuild } from '../server/build.ts'
import { anyFreePort } from '../server/ports.ts'
import { HOST } from '../server/settings.ts'
import { runWorkerdThroughItsScript } from '../server/worker.ts'
import type { Language } from '../worker/domain/language.ts'
import type { PublicView } from '../worker/domain/publicModel.ts'

/** The built pages without a host around them: any view, in any language, in a few milliseconds. */
export interface PageRenderer extends AsyncDisposable {
  render(view: PublicView, language: Language): Promise<string>
}

export async function startPageRenderer(): Promise<PageRenderer> {
  runWorkerdThroughItsScript()
  const { modulesRoot, workerOptions } = await upToDateBuild(() => {})
  const { compatibilityDate, compatibilityFlags } = workerOptions
  const files = globSync('**/*.mjs', { cwd: modulesRoot }).sort()
  const modules = ['entry.mjs', ...files.filter((file) => file !== 'entry.mjs')]
  const port = await anyFreePort()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.WARN),
      workers: [
        {
          name: 'pages',
          compatibilityDate: String(compatibilityDate),
          compatibilityFlags: Array.isArray(compatibilityFlags) ? compatibilityFlags.map(String) : [],
          modulesRoot,
          modules: modules.map((file) => ({ type: 'ESModule' as const, path: join(modulesRoot, file) })),
          unsafeDirectSockets: [{ host: HOST, port, entrypoint: 'pages' }],
        },
      ],
    }),
  )
  await miniflare.ready
  return {
    async render(view, language) {
      const body = JSON.stringify({ ...view, language, path: pathOf(view) })
      const response = await fetch(`http://${HOST}:${port}/public/${view.view}`, { method: 'POST', body })
      if (!response.ok) throw new Error(`${view.view} was rendered with status ${response.status}`)
      return response.text()
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}

/** An address at which such a page lies. */
function pathOf(view: PublicView): string {
  switch (view.view) {
    case 'home':
      return '/'
    case 'history':
    case 'history-search':
      return '/history'
    case 'history-month':
      return `/history/${view.month}`
    case 'uptime':
    case 'performance':
    case 'post-mortems':
    case 'embed':
    case 'subscribe':
      return `/${view.view}`
    case 'affected':
    case 'affected-ended':
      return '/affected/token'
    case 'incident':
      return `/incidents/${view.incident.id}`
    case 'maintenance':
      return `/maintenance/${view.maintenance.id}`
    case 'post-mortem':
      return `/post-mortems/${view.postMortem.id}`
    case 'manage':
      return view.action
    case 'manage-request':
      return '/subscribe/manage'
    case 'follow':
      return `/incidents/${view.incident.id}/follow`
    case 'subscription':
      return view.action
    case 'entrance':
      return '/sign-in'
  }
}
