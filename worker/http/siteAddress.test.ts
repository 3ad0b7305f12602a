import { expect, it } from 'vitest'
import { siteAddressOf } from './siteAddress.ts'

it.each([
  ['/', null, '/'],
  ['/history', null, '/history'],
  ['/de/', 'de', '/'],
  ['/de/incidents/0123456789ab', 'de', '/incidents/0123456789ab'],
  ['/de', null, '/de'],
  ['/nl/history', null, '/nl/history'],
  ['/dehistory', null, '/dehistory'],
  ['/en/console', null, '/en/console'],
  ['/en/api/v1/incidents', null, '/en/api/v1/incidents'],
  ['/en/api/v2/summary.json', 'en', '/api/v2/summary.json'],
  ['/fr/de/history', 'fr', '/de/history'],
] as const)('reads %s', (pathname, language, path) => {
  expect(siteAddressOf(pathname)).toEqual({ language, path })
})
