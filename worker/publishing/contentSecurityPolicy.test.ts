import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from './contentSecurityPolicy.ts'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

describe('contentSecurityPolicy', () => {
  it('allows the inline style and script of the page, and no other', async () => {
    const policy = await contentSecurityPolicy('<style>a{}</style><script type="module">go("</p>")</script>')
    expect(policy).toContain(`style-src 'self' ${hashOf('a{}')};`)
    expect(policy).toContain(`script-src ${hashOf('go("</p>")')};`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('allows no script where there is none', async () => {
    expect(await contentSecurityPolicy('<p>hello</p>')).toContain("script-src 'none';")
  })

  it('allows our own files where one is loaded', async () => {
    expect(await contentSecurityPolicy('<script src="/_astro/a.js"></script>')).toContain("script-src 'self';")
  })

  it.each([
    ['an attribute', '<p title="<script>bad()</script><style>">x</p>'],
    ['a comment', '<!-- <script>bad()</script> -->'],
    ['a title', '<title><script>bad()</script></title>'],
    ['a text field', '<textarea><script>bad()</script></textarea>'],
  ])('is not fooled by a tag in %s', async (_, html) => {
    const policy = await contentSecurityPolicy(`${html}<style>a{}</style>`)
    expect(policy).toContain("script-src 'none';")
    expect(policy).toContain(hashOf('a{}'))
  })
})
