import type { Host } from './host.ts'

/** Makes a key for a kind of sender as an admin does, by the form in the console; returns the key. */
export async function makeIntegration(host: Pick<Host, 'url' | 'credentials'>, source: string): Promise<string> {
  const { email, password } = host.credentials.admin
  const post = (path: string, form: Record<string, string>, cookie = '') =>
    fetch(host.url + path, {
      method: 'POST',
      headers: { origin: host.url, cookie },
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
  const signedIn = await post('/console/login', { email, password })
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const made = await post('/console/settings/integrations', { source, name: `Test of ${source}` }, cookie)
  const html = await made.text()
  const key = /\b[a-z]{2}_[0-9A-Za-z_-]{43,60}/.exec(html)?.[0]
  if (key === undefined) throw new Error(`No key in the answer ${made.status}: ${html.slice(0, 500)}`)
  return key
}
