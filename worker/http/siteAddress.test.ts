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
  expect(siteAddressOf(pathname)).toEqual({ page: null, language, path })
})

it.each([
  ['/pages/shop/', 'shop', null, '/'],
  ['/pages/shop/de/history', 'shop', 'de', '/history'],
  ['/pages/shop/de', 'shop', null, '/de'],
  ['/pages/de/fr/', 'de', 'fr', '/'],
  // What is not the readers' is on no page, and no page is within another.
  ['/pages/shop', null, null, '/pages/shop'],
  ['/pages/shop/console', null, null, '/pages/shop/console'],
  ['/pages/shop/api/v1/config', null, null, '/pages/shop/api/v1/config'],
  ['/pages/shop/pages/other/', null, null, '/pages/shop/pages/other/'],
  ['/pages/Shop/', null, null, '/pages/Shop/'],
  ['/de/pages/shop/', null, 'de', '/pages/shop/'],
] as const)('reads the page in %s', (pathname, page, language, path) => {
  expect(siteAddressOf(pathname)).toEqual({ page, language, path })
})
