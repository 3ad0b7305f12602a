import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { affectedSecret, affectedToken, readToken } from '../worker/storage/affectedLinks.ts'

/** Links that others make, by the example of the documentation, and the secrets that they are made with. */

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
const NOW_MS = Date.now()
const exp = Math.floor(NOW_MS / 1000) + 60
const read = (token: string, live: { current: number; previous: number | null }, page = 'main', nowMs = NOW_MS) =>
  readToken(token, page, live, MASTER_KEY, nowMs)
const madeWith = async (number: number, page = 'main') =>
  affectedToken(await affectedSecret(MASTER_KEY, page, number), { exp, name: 'Acme' })

describe('an "am I affected" link', () => {
  it('is made by the example in the documentation, with Node alone', async () => {
    const example = /```js\n(.+?)```/s.exec(readFileSync('docs/affected-links.md', 'utf8'))?.[1] ?? ''
    const link = execFileSync(process.execPath, ['--input-type=module', '-'], {
      input: example,
      encoding: 'utf8',
      env: {
        ...process.env,
        AFFECTED_SECRET: await affectedSecret(MASTER_KEY, 'main', 1),
        STATUS_PAGE: 'https://status.example.com',
      },
    }).trim()
    expect(link).toMatch(/^https:\/\/status\.example\.com\/affected\/[\w-]+\.[\w-]+\.[\w-]+$/)
    const token = link.split('/').at(-1) ?? ''
    expect(await read(token, { current: 1, previous: null })).toMatchObject({
      ok: true,
      claims: { name: 'Acme', region: 'eu', plan: 'pro' },
    })
  })

  it('holds with the present secret and the one before, and with no older one', async () => {
    const tokens = await Promise.all([1, 2, 3].map((number) => madeWith(number)))
    const holds = async (live: { current: number; previous: number | null }) =>
      (await Promise.all(tokens.map((token) => read(token, live)))).map(({ ok }) => ok)
    expect(await holds({ current: 1, previous: null })).toEqual([true, false, false])
    expect(await holds({ current: 2, previous: 1 })).toEqual([true, true, false])
    expect(await holds({ current: 3, previous: 2 })).toEqual([false, true, true])
    expect(await holds({ current: 3, previous: null })).toEqual([false, false, true])
  })

  it('is of one page, and ends', async () => {
    const live = { current: 1, previous: null }
    const token = await madeWith(1)
    expect(await read(token, live, 'shop')).toEqual({ ok: false, reason: 'wrong' })
    expect(await read(token, live, 'main', exp * 1000)).toEqual({ ok: false, reason: 'expired' })
    const [header = '', claims = '', signature = ''] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ exp, name: 'Other' })).toString('base64url')
    for (const wrong of [`${header}.${forged}.${signature}`, `${header}.${claims}.`, `${header}.${claims}`, 'x'])
      expect(await read(wrong, live)).toEqual({ ok: false, reason: 'wrong' })
  })
})
