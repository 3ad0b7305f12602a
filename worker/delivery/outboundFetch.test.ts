import { describe, expect, it } from 'vitest'
import { guardedFetch, refusalOf } from './outboundFetch.ts'
import type { GuardedFetchOptions } from './outboundFetch.ts'

describe('refusalOf', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.255.255.254/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[2002:7f00:1::]/',
    'https://[2002:a00:1::5]/',
    'https://[2001:0:7f00:1::]/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://100.100.100.200/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[ff02::1]/',
    'https://192.0.0.192/',
    'https://168.63.129.16/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://metadata.google.internal/',
    'https://prometheus/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'http://example.com/',
    'https://user:word@example.com/',
    'https://user@example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,hi',
    'https://',
    'no address',
  ])('refuses %s', (url) => {
    expect(refusalOf(url, '')).not.toBeNull()
  })

  it.each([
    'https://example.com/',
    'https://example.com:8443/path?query',
    'https://1.1.1.1/',
    'https://172.32.0.1/',
    'https://[2606:4700::1111]/',
    'https://[::ffff:1.1.1.1]/',
    'https://localhost.example.com/',
  ])('allows %s', (url) => {
    expect(refusalOf(url, '')).toBeNull()
  })

  it.each([
    ['http://127.0.0.1:9090/', '127.0.0.0/8', true],
    ['http://localhost:9090/', '127.0.0.0/8', true],
    ['http://[::ffff:127.0.0.1]/', '127.0.0.0/8', true],
    ['http://prometheus:9090/', 'prometheus', true],
    ['http://Prometheus.local/', ' other , prometheus.LOCAL ', true],
    ['http://10.2.3.4/', '10.0.0.0/8,192.168.0.0/16', true],
    ['http://10.2.3.4/', '10.2.3.4', true],
    ['http://[fd00::5]/', 'fd00::/8', true],
    ['http://[::1]/', '[::1]', true],
    ['http://10.2.3.4/', '10.2.3.0/25,10.2.2.0/24', true],
    ['http://10.2.3.129/', '10.2.3.0/25', false],
    ['http://127.0.0.1/', '', false],
    ['http://127.0.0.1/', ',,', false],
    ['http://127.0.0.1/', '10.0.0.0/8', false],
    ['http://127.0.0.1/', '0.0.0.0/99', false],
    ['http://evil-prometheus/', 'prometheus', false],
    ['http://prometheus.evil.example/', 'prometheus', false],
  ])('%s with PRIVATE_TARGETS=%s: allowed is %s', (url, privateTargets, allowed) => {
    expect(refusalOf(url, privateTargets) === null).toBe(allowed)
  })
})

describe('guardedFetch', () => {
  const options = { privateTargets: '', timeoutMs: 1000, bytesMax: 10 }

  function answering(answers: Record<string, () => Response>) {
    const calls: { url: string; init: RequestInit }[] = []
    const fetch: GuardedFetchOptions['fetch'] = async (url, init) => {
      calls.push({ url, init })
      return answers[url]?.() ?? new Response('not found', { status: 404 })
    }
    return { calls, fetch }
  }

  const redirect = (location: string, status = 302) => new Response(null, { status, headers: { location } })

  it('reads no more of the body than asked for', async () => {
    const { fetch } = answering({ 'https://a.example/': () => new Response('0123456789abcdef') })
    expect(await guardedFetch('https://a.example/', {}, { ...options, fetch })).toMatchObject({
      ok: true,
      status: 200,
      text: '0123456789',
      truncated: true,
    })
  })

  it('checks where a redirect leads before it follows', async () => {
    const { calls, fetch } = answering({ 'https://a.example/': () => redirect('http://169.254.169.254/') })
    expect(await guardedFetch('https://a.example/', {}, { ...options, fetch })).toMatchObject({
      ok: false,
      reason: 'refused',
    })
    expect(calls).toHaveLength(1)
    expect(calls[0]?.init.redirect).toBe('manual')
  })

  it('keeps credentials from another origin and turns a redirected POST into a GET', async () => {
    const { calls, fetch } = answering({
      'https://a.example/': () => redirect('/next', 303),
      'https://a.example/next': () => redirect('https://b.example/'),
      'https://b.example/': () => new Response('done'),
    })
    const headers = { authorization: 'Bearer secret', 'x-kept': 'yes' }
    const init = { method: 'POST', headers, body: 'body' }
    expect(await guardedFetch('https://a.example/', init, { ...options, fetch })).toMatchObject({
      ok: true,
      text: 'done',
      url: 'https://b.example/',
    })
    const sent = calls.map(({ init: { method, body, headers: h } }) => [
      method,
      body ?? null,
      new Headers(h).get('authorization'),
      new Headers(h).get('x-kept'),
    ])
    expect(sent).toEqual([
      ['POST', 'body', 'Bearer secret', 'yes'],
      ['GET', null, 'Bearer secret', 'yes'],
      ['GET', null, null, 'yes'],
    ])
  })

  it('ends a chain of redirects', async () => {
    const { calls, fetch } = answering({ 'https://a.example/': () => redirect('https://a.example/') })
    expect(await guardedFetch('https://a.example/', {}, { ...options, fetch })).toMatchObject({
      reason: 'too_many_redirects',
    })
    expect(calls).toHaveLength(4)
  })

  it('says when the answer takes too long and when there is none', async () => {
    const never: GuardedFetchOptions['fetch'] = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
    expect(await guardedFetch('https://a.example/', {}, { ...options, timeoutMs: 20, fetch: never })).toMatchObject({
      reason: 'timed_out',
    })
    const refuses: GuardedFetchOptions['fetch'] = async () => {
      throw new Error('connection refused')
    }
    expect(await guardedFetch('https://a.example/', {}, { ...options, fetch: refuses })).toEqual({
      ok: false,
      reason: 'unreachable',
      detail: 'connection refused',
    })
  })
})
