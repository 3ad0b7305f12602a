import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { INTEGRATION_SOURCES } from '../worker/domain/integration.ts'
import { integrationSnippets } from '../worker/http/console/integrationSnippets.ts'

/** Each kind of sender can be set up from its page alone. */

const index = readFileSync('docs/alerts.md', 'utf8')

describe.each([...INTEGRATION_SOURCES])('%s', (source) => {
  const page = readFileSync(`docs/sources/${source}.md`, 'utf8')

  it('has a page that the index names, and settings to copy in the console', () => {
    expect(index).toContain(`(sources/${source}.md)`)
    const snippets = integrationSnippets(
      source,
      { key: 'THE-KEY', secret: 'THE-SECRET' },
      'https://allclear.example.com',
    )
    expect(snippets.length).toBeGreaterThan(0)
    expect(snippets.map(({ text }) => text).join('\n')).toContain('THE-KEY')
  })

  it('says what to do when nothing arrives', () => {
    expect(page).toMatch(/^## If nothing arrives$/m)
  })
})

it('the payload to paste into Datadog is the same in docs and console', () => {
  const page = readFileSync('docs/sources/datadog.md', 'utf8')
  const inDocs = /```json\n(.+?)```/s.exec(page)?.[1]?.replaceAll(/^ {3}/gm, '').trim()
  const inConsole = integrationSnippets('datadog', { key: 'k' }, 'https://allclear.example.com')[1]?.text
  expect(inConsole).toBe(inDocs)
})
