import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Lockfile {
  readonly packages: Record<string, { readonly version?: string }>
}

const lock: Lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)

function versionsOf(name: string): string[] {
  return Object.entries(lock.packages).flatMap(([path, { version }]) =>
    path.endsWith(`node_modules/${name}`) && version !== undefined ? [version] : [],
  )
}

function atLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}

/** Below these lie known advisories. */
it.each([
  ['hono', '4.13.5'],
  ['astro', '7.2.8'],
])('%s is at least %s', (name, floor) => {
  const versions = versionsOf(name)
  expect(versions.length).toBeGreaterThan(0)
  for (const version of versions) expect(atLeast(version, floor), version).toBe(true)
})

it.each(['workerd', 'miniflare', 'wrangler'])('there is one copy of %s', (name) => {
  expect(new Set(versionsOf(name)).size).toBe(1)
})

it('pins every version exactly', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  )
  expect(loose).toEqual([])
})
