import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { deriveSecret, hashKey, newKey, open, seal, sign, verify } from './masterKey.ts'

const KEY = env.MASTER_KEY
const OTHER_KEY = btoa('another key of thirty-two bytes!')
const NOW_MS = Date.parse('2100-01-01T00:00:00Z')

describe('seal', () => {
  it('opens under the same key and purpose only', async () => {
    const sealed = await seal(KEY, 'connection', 'sécret 🔑')
    expect(sealed).not.toContain('secret')
    expect(await open(KEY, 'connection', sealed)).toBe('sécret 🔑')
    await expect(open(KEY, 'webhook', sealed)).rejects.toThrow()
    await expect(open(OTHER_KEY, 'connection', sealed)).rejects.toThrow()
  })

  it('never spells the same text alike, and notices any change', async () => {
    const sealed = await seal(KEY, 'connection', 'text')
    expect(await seal(KEY, 'connection', 'text')).not.toBe(sealed)
    const at = sealed.length - 3
    const altered = sealed.slice(0, at) + (sealed.charAt(at) === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    await expect(open(KEY, 'connection', altered)).rejects.toThrow()
    await expect(open(KEY, 'connection', '')).rejects.toThrow()
  })
})

describe('sign', () => {
  it('carries a payload through a URL until its time', async () => {
    const token = await sign(KEY, 'confirm', { email: 'a@example.com' }, NOW_MS + 1000)
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/)
    expect(await verify(KEY, 'confirm', token, NOW_MS)).toEqual({ email: 'a@example.com' })
    expect(await verify(KEY, 'confirm', token, NOW_MS + 999)).not.toBeNull()
    expect(await verify(KEY, 'confirm', token, NOW_MS + 1000)).toBeNull()
  })

  it('is worth nothing under another key or purpose, altered or malformed', async () => {
    const token = await sign(KEY, 'confirm', { id: 1 }, NOW_MS + 1000)
    const [body = '', signature = ''] = token.split('.')
    const [otherBody = ''] = (await sign(OTHER_KEY, 'confirm', { id: 2 }, NOW_MS + 1000)).split('.')
    expect(await verify(KEY, 'unsubscribe', token, NOW_MS)).toBeNull()
    expect(await verify(OTHER_KEY, 'confirm', token, NOW_MS)).toBeNull()
    for (const bad of [`${otherBody}.${signature}`, body, `${body}.`, `.${signature}`, `${token}.x`, '', '🔑.🔑']) {
      expect(await verify(KEY, 'confirm', bad, NOW_MS)).toBeNull()
    }
  })
})

it('wants a key of 32 bytes', async () => {
  await expect(seal('c2hvcnQ=', 'p', 'x')).rejects.toThrow('MASTER_KEY must be 32 random bytes')
})

it('makes keys that nobody guesses, and secrets for one purpose', async () => {
  expect(newKey('am_')).toMatch(/^am_[\w-]{43}$/)
  expect(newKey('')).not.toBe(newKey(''))
  expect(await hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(await deriveSecret(KEY, 'a')).toMatch(/^[0-9a-f]{64}$/)
  expect(await deriveSecret(KEY, 'a')).not.toBe(await deriveSecret(KEY, 'b'))
})
