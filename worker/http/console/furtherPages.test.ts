import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { listVersions } from '../../storage/configVersions.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation, saveOrganisation } from '../../storage/organisation.ts'
import { feedKeysOf, findPagePassword } from '../../storage/pageAccess.ts'
import type { HttpEnv } from '../env.ts'
import { appearancePages } from './appearance.ts'
import type { ConfigurationPlanView } from './configurationViews.ts'
import { furtherPagePages } from './furtherPages.ts'
import type { FurtherPageView, FurtherPagesView } from './furtherPageViews.ts'

const app = new Hono<HttpEnv>().route(
  '/',
  furtherPagePages((path, view) => Promise.resolve(Response.json({ path, view }))),
)
const db = database(env.DB)
const tokens = { admin: '', viewer: '' }
const CLUB = { id: 'club', name: 'The club', components: ['checkout'], access: { kind: 'password' } }
const organisation = Organisation.parse({
  statusPage: { name: 'Acme', timeZone: 'Europe/Berlin' },
  components: [
    { id: 'checkout', name: 'Checkout' },
    { id: 'vault', name: 'Vault' },
  ],
  responders: [{ id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' }],
  pages: [CLUB, { id: 'shop', name: 'Shop', domain: 'status.shop.example' }],
})

beforeAll(async () => {
  for (const role of ['admin', 'viewer'] as const)
    tokens[role] = (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'x' }, Date.now())).secret
})
beforeEach(async () => {
  expect((await saveOrganisation(db, env.MASTER_KEY, organisation, NOTE, Date.now())).ok).toBe(true)
})

type Form = Record<string, string | string[]>

async function call(path: string, form?: Form, token = tokens.admin): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` }
  const pairs = Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map((each) => [name, each]))
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(pairs) }
  return app.request(`${env.PUBLIC_URL}/console/status-pages${path}`, init, env)
}

const viewIn = async <View = FurtherPageView>(answer: Response) => (await answer.json<{ view: View }>()).view

/** As a browser sends the form back. */
async function formOf(id: string): Promise<Form> {
  const { form, seen } = await viewIn(await call(`/${id}`))
  return { ...(form.values as Form), seen }
}

async function pagesNow() {
  return (await loadOrganisation(db))?.organisation.pages ?? []
}

describe('status pages in the console', () => {
  it('lists them with their addresses and who may read them, to whoever may look', async () => {
    const { pages, canEdit } = await viewIn<FurtherPagesView>(await call('', undefined, tokens.viewer))
    expect(canEdit).toBe(false)
    expect(pages).toMatchObject([
      {
        id: 'club',
        url: 'http://127.0.0.1:8787/pages/club',
        access: 'password',
        components: ['Checkout'],
        isLocked: true,
      },
      { id: 'shop', url: 'http://status.shop.example:8787', access: 'public', isLocked: false },
    ])
  })

  it.each(['/new', '/club'])('is for admins: %s', async (path) => {
    expect((await call(path, undefined, tokens.viewer)).status).toBe(403)
  })

  it.each(['', '/club', '/club/password', '/club/sign-out', '/club/keys', '/club/keys/x/revoke', '/club/remove'])(
    'is changed by admins only: %s',
    async (path) => {
      expect((await call(path, { name: 'Mine' }, tokens.viewer)).status).toBe(403)
    },
  )

  it('adds one, as a version that says who and what', async () => {
    const form = {
      name: 'Vault',
      id: 'vault',
      components: ['vault'],
      access: 'email',
      domains: 'example.com, example.org',
      addresses: 'Bob@Example.net',
      timeZone: 'Asia/Tokyo',
      language: 'ja',
      untouched: 'yes',
      domain: '',
      supportUrl: '',
    }
    const answer = await call('', form)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/console/status-pages/vault?done=added'])
    expect((await pagesNow()).at(-1)).toEqual({
      id: 'vault',
      name: 'Vault',
      components: ['vault'],
      untouched: true,
      timeZone: 'Asia/Tokyo',
      language: 'ja',
      access: { kind: 'email', domains: ['example.com', 'example.org'], addresses: ['bob@example.net'] },
    })
    const [version] = await listVersions(db, undefined, 1)
    expect(version).toMatchObject({ source: 'console', message: 'Add the status page Vault' })
  })

  it.each([
    [{ id: 'club' }, 'id'],
    [{ id: 'main' }, 'id'],
    [{ id: 'No' }, 'id'],
    [{ name: '' }, 'name'],
    [{ domain: 'https://status.example.com/' }, 'domain'],
    [{ domain: 'status.shop.example' }, 'domain'],
    [{ domain: '127.0.0.1' }, 'domain'],
    [{ access: 'staff', domain: 'staff.example.com' }, 'domain'],
    [{ access: 'email' }, 'access'],
    [{ access: 'email', domains: 'not a host' }, 'domains'],
    [{ access: 'email', addresses: 'nobody' }, 'addresses'],
    [{ access: 'anything' }, 'access'],
    [{ timeZone: 'Mars/Base' }, 'timeZone'],
    [{ supportUrl: 'javascript:alert(1)' }, 'supportUrl'],
    [{ components: 'nothing' }, 'components'],
  ])('refuses %j beside the field, and keeps what was typed', async (wrong, field) => {
    const form = { id: 'more', name: 'More', access: 'public', ...wrong }
    const answer = await call('', form)
    expect(answer.status).toBe(422)
    const { form: sent } = await viewIn(answer)
    expect(Object.keys(sent.errors)).toEqual([field])
    expect(sent.values).toMatchObject(form)
    expect(await pagesNow()).toHaveLength(2)
  })

  it('changes one, unless somebody else did meanwhile', async () => {
    const form = await formOf('club')
    expect((await call('/club', form)).status).toBe(303)
    expect((await pagesNow())[0]).toEqual(organisation.pages[0])
    expect((await call('/club', { ...form, name: 'Other' })).status).toBe(303)
    const late = await call('/club', { ...form, name: 'Late' })
    expect(late.status).toBe(422)
    expect((await viewIn(late)).form.errors['form']).toContain('Someone else has changed')
    expect((await pagesNow())[0]?.name).toBe('Other')
  })

  it('sets a password that is not too simple, and says when there is none', async () => {
    expect((await viewIn(await call('/club'))).known?.hasPassword).toBe(false)
    const refused = await call('/club/password', { password: 'short' })
    expect([refused.status, (await viewIn(refused)).errors.password]).toEqual([422, expect.stringContaining('12')])
    expect((await call('/club/password', { password: 'a long and secret word' })).status).toBe(303)
    expect(await findPagePassword(db, 'club')).toMatch(/^scrypt\$/)
    expect((await call('/club/sign-out', {})).status).toBe(303)
    expect((await viewIn(await call('/club'))).known?.hasPassword).toBe(true)
  })

  it('shows a key once, and takes it back', async () => {
    expect((await call('/club/keys', { name: '' })).status).toBe(422)
    const { shown, known } = await viewIn(await call('/club/keys', { name: 'reader' }))
    const [key] = await feedKeysOf(db, 'club')
    expect(shown?.value).toMatch(/^alf_/)
    expect(known?.keys).toMatchObject([{ id: key?.id, name: 'reader', lastUsedAtMs: null }])
    expect(await (await call('/club')).text()).not.toContain(shown?.value)
    expect((await call(`/club/keys/${key?.id}/revoke`, {})).status).toBe(303)
    expect(await feedKeysOf(db, 'club')).toEqual([])
  })

  it('says what goes with a page before it goes', async () => {
    const asked = await viewIn<ConfigurationPlanView>(await call('/club/remove', {}))
    expect(asked.plan.removals).toEqual(['further status page club (The club)'])
    expect(asked.warning).toContain('its public log, its password and its keys')
    expect(await pagesNow()).toHaveLength(2)
    const fields = Object.fromEntries(asked.fields)
    expect((await call('/club/remove', { ...fields, version: '1', confirm: 'yes' })).status).toBe(409)
    const done = await call('/club/remove', { ...fields, confirm: 'yes' })
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/console/status-pages?done=removed'])
    expect((await pagesNow()).map(({ id }) => id)).toEqual(['shop'])
    expect((await call('/club/remove', {})).status).toBe(404)
  })
})

describe('the look of a page', () => {
  const looks = new Hono<HttpEnv>().route(
    '/',
    appearancePages((path, view) => Promise.resolve(Response.json({ path, view }))),
  )

  it('says which files have to be chosen again when something else is wrong', async () => {
    const body = new FormData()
    body.append('accentLight', 'no colour')
    body.append('alt', 'Acme')
    body.append(
      'logoLight',
      new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'a.svg', { type: 'image/svg+xml' }),
    )
    const headers = { Authorization: `Bearer ${tokens.admin}` }
    const answer = await looks.request('/console/appearance/main', { method: 'POST', headers, body }, env)
    expect(answer.status).toBe(422)
    const { form } = await viewIn(answer)
    expect(form.errors['accentLight']).toBeDefined()
    expect(form.errors['logoLight']).toContain('again')
    expect(form.errors['favicon']).toBeUndefined()
  })
})
