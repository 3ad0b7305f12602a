import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Who may import whom (docs/decisions/0001-floors.md). A folder may always import itself. Type-only imports of objects'
 * classes by `http` come through the global Env, so none are needed.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'worker/domain': [],
  db: ['worker/domain'],
  'worker/storage': ['worker/domain', 'db'],
  'worker/publishing': ['worker/domain'],
  'worker/delivery': ['worker/domain', 'worker/publishing'],
  'worker/coordination': ['worker/domain', 'worker/storage', 'worker/publishing', 'worker/delivery'],
  'worker/http': ['worker/domain', 'db', 'worker/storage', 'worker/publishing', 'worker/delivery'],
  worker: ['worker/http', 'worker/coordination', 'worker/storage', 'worker/domain'],
}

/** The packages of the pure floors; the others may use what package.json has. */
const PACKAGES: Record<string, readonly string[]> = {
  'worker/domain': ['zod', 'css-tree', 'css-tree/parser', 'css-tree/tokenizer'],
  'worker/publishing': ['zod', 'markdown-it'],
}

interface Import {
  readonly file: string
  readonly target: string
  readonly typeOnly: boolean
}

function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8')
  const statements = source.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w\s{},*$]+?\sfrom\s+|(?<=^import\s+))['"]([^'"]+)['"]/gm,
  )
  return [...statements].map(([, type, target = '']) => ({
    file,
    typeOnly: type !== undefined,
    target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  }))
}

function floorOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((floor) => path.startsWith(`${floor}/`))
    .toSorted((a, b) => b.length - a.length)[0]
}

/** Fixtures stand beside the tests that use them. */
const isTest = (file: string) => /\.(?:test|fixtures)\.ts$/.test(file)
const sources = globSync('{worker,db}/**/*.ts').filter((file) => !isTest(file))
const imports = sources.flatMap(importsOf)

describe('floors', () => {
  it('finds what it judges', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(imports.length).toBeGreaterThan(400)
  })

  it.each(Object.keys(MAY_IMPORT))('%s imports only from the floors below it', (floor) => {
    const wrong = imports
      .filter(({ file, target }) => floorOf(file) === floor && /^(worker|db|site|server|cli|test)\//.test(target))
      .filter(({ target }) => floorOf(target) !== floor && !MAY_IMPORT[floor]?.includes(floorOf(target) ?? target))
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it.each(Object.keys(PACKAGES))('%s uses only the packages it is allowed', (floor) => {
    const wrong = imports.filter(
      ({ file, target }) =>
        floorOf(file) === floor && !/^(worker|db)\//.test(target) && !PACKAGES[floor]?.includes(target),
    )
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('reads no clock and rolls no dice below coordination and http', () => {
    const hidden = sources
      .filter((file) => /^worker\/(domain|publishing|delivery|storage)\//.test(file))
      .filter((file) =>
        /\b(Date\.now\(\)|new Date\(\)|Math\.random\(\)|performance\.now\(\))/.test(readFileSync(file, 'utf8')),
      )
    expect(hidden).toEqual([])
  })

  it('gives the site types, and values only from the pure floors', () => {
    const pages = globSync('site/**/*.{ts,astro}').flatMap(importsOf)
    const wrong = pages.filter(
      ({ target, typeOnly }) =>
        /^(worker|db|server|cli)\//.test(target) && !typeOnly && !/^worker\/(domain|publishing)\//.test(target),
    )
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })
})
