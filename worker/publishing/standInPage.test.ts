import { expect, it } from 'vitest'
import { contentSecurityPolicy } from './contentSecurityPolicy.ts'
import { STAND_IN_POLICY, standInPage } from './standInPage.ts'

it('allows its own style by its hash, and nothing else', async () => {
  const policy = await contentSecurityPolicy(standInPage('en', 'not_found', ''))
  const [hash = ''] = /'sha256-[^']+'/.exec(policy) ?? []
  expect(STAND_IN_POLICY).toBe(`default-src 'none'; style-src ${hash}; frame-ancestors 'none'`)
})

it('leads to the page it stands in for, in the reader’s language', () => {
  expect(standInPage('ar', 'unavailable', '/pages/club')).toContain('<a href="/pages/club/ar/">')
})
