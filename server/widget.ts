import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { PROJECT_ROOT } from './settings.ts'

/** Makes worker/publishing/widgetCode.ts of site/scripts/widget.ts: `npm run widget`, after a change there. */

export const WIDGET_CODE = join(PROJECT_ROOT, 'worker', 'publishing', 'widgetCode.ts')

export async function widgetModule(): Promise<string> {
  const source = await readFile(join(PROJECT_ROOT, 'site', 'scripts', 'widget.ts'), 'utf8')
  const { code } = await transform(source, { loader: 'ts', format: 'iife', target: 'es2022', minify: true })
  const literal = code.trim().replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return `/** Made by \`npm run widget\` of site/scripts/widget.ts. */\nexport const WIDGET_CODE =\n  '${literal}'\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeFile(WIDGET_CODE, await widgetModule())
