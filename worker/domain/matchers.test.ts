import { describe, expect, it } from 'vitest'
import { compileMatcher, parseMatcher } from './matchers.ts'

describe('parseMatcher', () => {
  it.each([
    ['alertname="High"', 'alertname', 'High', false, true],
    ['alertname=High', 'alertname', 'High', false, true],
    [' a != "b" ', 'a', 'b', false, false],
    ['a=~"b.*|c"', 'a', 'b.*|c', true, true],
    ['a!~b+', 'a', 'b+', true, false],
    ['a=""', 'a', '', false, true],
    ['a=', 'a', '', false, true],
    ['a="say \\"hi\\" \\\\ \\n"', 'a', 'say "hi" \\ \n', false, true],
    ['a=~"\\d+"', 'a', '\\d+', true, true],
    ['"with space"="x"', 'with space', 'x', false, true],
    ['a="b=c"', 'a', 'b=c', false, true],
  ])('%s', (text, name, value, isRegex, isEqual) => {
    expect(parseMatcher(text)).toEqual({ ok: true, matcher: { name, value, isRegex, isEqual } })
  })

  it.each(['foo', '="x"', 'a="b', 'a="b"c"', '', '1a=b', 'a=b"'])('refuses %s', (text) => {
    expect(parseMatcher(text).ok).toBe(false)
  })
})

describe('compileMatcher', () => {
  const compileRegex = (pattern: string) => {
    const regex = new RegExp(`^(?:${pattern})$`, 'u')
    return (text: string) => regex.test(text)
  }
  const labels = { alertname: 'HighErrorRate', service: 'checkout' }

  it.each([
    ['alertname="HighErrorRate"', true],
    ['alertname!="HighErrorRate"', false],
    ['alertname=~"High"', false],
    ['alertname=~"High.*"', true],
    ['alertname!~"Low|None"', true],
    ['missing=""', true],
    ['missing!=""', false],
    ['toString=""', true],
  ])('%s', (text, expected) => {
    const parsed = parseMatcher(text)
    expect(parsed.ok && compileMatcher(parsed.matcher, compileRegex)(labels)).toBe(expected)
  })
})
