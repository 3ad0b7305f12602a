import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PageAccess } from './furtherPage.ts'
import { mayBeTold, mayReadByEmail } from './furtherPage.ts'
import { isAdmitted, isForPrograms, wayBack } from './pageEntrance.ts'

const LIST: PageAccess = { kind: 'email', domains: ['club.example'], addresses: ['alice@example.com'] }
const ENTRY = { id: 'club', generation: 3 }
const SESSION = { page: 'club', generation: 3, email: null }

describe('who has come in', () => {
  it.each([
    [{ kind: 'password' }, {}, true],
    [{ kind: 'password' }, { page: 'other' }, false],
    [{ kind: 'password' }, { generation: 2 }, false],
    [{ kind: 'password' }, { generation: 4 }, false],
    [{ kind: 'password' }, { email: 'alice@example.com' }, false],
    [LIST, {}, false],
    [LIST, { email: 'alice@example.com' }, true],
    [LIST, { email: 'Alice@Example.com' }, true],
    [LIST, { email: 'bob@club.example' }, true],
    [LIST, { email: 'bob@club.example', generation: 2 }, false],
    [LIST, { email: 'bob@sub.club.example' }, false],
    [LIST, { email: 'bob@notclub.example' }, false],
    [LIST, { email: 'bob@club.example@evil.example' }, false],
    [LIST, { email: 'club.example' }, false],
    [{ kind: 'staff' }, {}, false],
    [{ kind: 'public' }, {}, false],
  ] as const)('of a page %j with %j: %s', (access, session, isIn) => {
    expect(isAdmitted({ ...SESSION, ...session }, { ...ENTRY, access })).toBe(isIn)
  })

  it('is nobody whose page or generation is another, whatever else they say', () => {
    fc.assert(
      fc.property(
        fc.record({ page: fc.string(), generation: fc.integer(), email: fc.option(fc.emailAddress()) }),
        fc.constantFrom<PageAccess>({ kind: 'password' }, LIST),
        (session, access) => {
          fc.pre(session.page !== ENTRY.id || session.generation !== ENTRY.generation)
          return !isAdmitted(session, { ...ENTRY, access })
        },
      ),
    )
  })

  it('by mail is on the list, by the whole address or all that follows its last @', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const isListed = email.toLowerCase().endsWith('@club.example') || email.toLowerCase() === 'alice@example.com'
        return mayReadByEmail(LIST, email) === isListed
      }),
    )
  })
})

it.each([
  [LIST, { kind: 'email', address: 'alice@example.com' }, true],
  [LIST, { kind: 'email', address: 'eve@example.com' }, false],
  [LIST, { kind: 'slack', url: 'https://hooks.slack.com/services/x' }, true],
  [{ kind: 'password' }, { kind: 'email', address: 'eve@example.com' }, true],
] as const)('a subscriber of a page %j at %j may be told: %s', (access, channel, may) => {
  expect(mayBeTold(access, channel)).toBe(may)
})

describe('the way back', () => {
  it.each([
    ['/pages/club/history?q=x', '/pages/club', '/pages/club/history?q=x'],
    ['/pages/club/de/', '/pages/club', '/pages/club/de/'],
    ['/pages/other/', '/pages/club', '/pages/club/'],
    ['/pages/clubs/', '/pages/club', '/pages/club/'],
    ['/pages/club/../other/', '/pages/club', '/pages/club/'],
    ['/pages/club/sign-in', '/pages/club', '/pages/club/'],
    ['/pages/club/de/sign-in/token', '/pages/club', '/pages/club/'],
    ['/sign-out', '', '/'],
    ['/console', '/pages/club', '/pages/club/'],
    ['//evil.example/', '', '/'],
    ['/\\evil.example/', '', '/'],
    ['/x/..//evil.example', '', '/'],
    ['https://evil.example/', '', '/'],
    ['javascript:alert(1)', '', '/'],
    ['', '', '/'],
  ])('from %s under %j is %s', (asked, base, to) => {
    expect(wayBack(asked, base)).toBe(to)
  })

  it('never leaves the page', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.array(fc.constantFrom('/', '\\', '..', 'pages', 'club', '@', ':', 'x')).map((parts) => parts.join('')),
        ),
        fc.constantFrom('', '/pages/club'),
        (asked, base) => {
          const to = new URL(wayBack(asked, base), 'https://status.example')
          return to.host === 'status.example' && to.pathname.startsWith(`${base}/`)
        },
      ),
    )
  })
})

it.each([
  ['/history.atom', true],
  ['/api/v2/summary.json', true],
  ['/uptime/checkout.csv', true],
  ['/', false],
  ['/history', false],
  ['/history.atom/x', false],
  ['/subscribe', false],
])('%s is for programs: %s', (path, isFor) => {
  expect(isForPrograms(path)).toBe(isFor)
})
