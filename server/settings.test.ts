import { describe, expect, it } from 'vitest'
import { PROJECT_ROOT, readSettings } from './settings.ts'

describe('settings', () => {
  it('has a default for everything', () => {
    expect(readSettings([], {})).toMatchObject({
      port: 8787,
      home: `${PROJECT_ROOT}/.allclear`,
      empty: false,
      publicUrl: 'http://127.0.0.1:8787',
      smtpUrl: null,
    })
  })

  it('takes a flag before a variable, and a variable before a default', () => {
    const environment = { PORT: '9000', ALLCLEAR_HOME: '/var/allclear', PUBLIC_URL: 'https://status.example.com/' }
    expect(readSettings([], environment)).toMatchObject({
      port: 9000,
      home: '/var/allclear',
      publicUrl: 'https://status.example.com',
    })
    expect(readSettings(['--port', '9001', '--empty'], environment)).toMatchObject({ port: 9001, empty: true })
  })

  it.each([['--port', '0'], ['--port', 'http'], ['--port', '70000'], ['--colour']])('refuses %s %s', (...args) => {
    expect(() => readSettings(args, {})).toThrow()
  })
})
