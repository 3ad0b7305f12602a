import { expect, it } from 'vitest'
import { publicBody, publicPostMortemFrom } from './publicPostMortem.ts'

it('leaves out internal sections, with what is under them', () => {
  const body =
    '## Summary\n\nIt was slow.\n\n## Timeline (internal)\n\nsecret\n\n### Detail\n\nsecret\n\n## What follows\n\nMore caches.\n'
  expect(publicBody(body)).toBe('## Summary\n\nIt was slow.\n\n## What follows\n\nMore caches.')
})

it('takes a heading in quoted code for code', () => {
  const body = '## Notes (internal)\n\n```\n## Summary\n```\nsecret\n\n## Out\n\n~~~\n## x (internal)\n~~~\nkept'
  expect(publicBody(body)).toBe('## Out\n\n~~~\n## x (internal)\n~~~\nkept')
})

it('hides a section that ends in a fence nobody closed', () => {
  expect(publicBody('# A\n\nb\n\n# C (internal)\n\n```\n# D\nsecret')).toBe('# A\n\nb')
})

it('knows an internal heading in every spelling that readers would see as one', () => {
  for (const heading of [
    'Notes (internal)\n---',
    'Notes (internal)\n===',
    '## **Notes (internal)**',
    '## _Notes_ (internal):',
    '## Notes *(Internal)* ##',
  ])
    expect(publicBody(`# A\n\nb\n\n${heading}\n\nsecret`), heading).toBe('# A\n\nb')
  expect(publicBody('Notes (internal)\n---\n\nsecret\n\nOut\n---\n\nkept')).toBe('Out\n---\n\nkept')
})

it('does not take a line inside quoted code for its end', () => {
  const body = '# A\n\n```sh\n``` not the end\n```\n\n## Notes (internal)\n\nsecret'
  expect(publicBody(body)).toBe('# A\n\n```sh\n``` not the end\n```')
})

it('removes citations and links into the console', () => {
  const body =
    'It began. [#1](/console/incidents/abc#event-1) See [the room](https://x.test/console/incidents/abc) and [docs](https://x.test/docs).'
  expect(publicBody(body)).toBe('It began. See the room and [docs](https://x.test/docs).')
})

it('is built field by field', () => {
  const postMortem = { id: 'a', startedAtMs: 1, resolvedAtMs: 2, fixedBy: 'secret' }
  const release = { title: 'T', body: 'B', atMs: 4, actionItems: [] }
  expect(publicPostMortemFrom(postMortem, release, 3, ['Checkout'])).toEqual({
    id: 'a',
    title: 'T',
    body: 'B',
    publishedAtMs: 3,
    updatedAtMs: 4,
    startedAtMs: 1,
    resolvedAtMs: 2,
    services: ['Checkout'],
  })
})
