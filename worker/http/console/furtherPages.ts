import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import { PAGES_MAX } from '../../domain/furtherPage.ts'
import type { FurtherPage } from '../../domain/furtherPage.ts'
import { LANGUAGE_NAME } from '../../domain/language.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { urlOfPage } from '../../domain/pageDirectory.ts'
import { latestVersion } from '../../storage/configVersions.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { FEED_KEYS_MAX, feedKeysOf, findPagePassword, pagesWithPassword } from '../../storage/pageAccess.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import { errorLine } from '../configText.ts'
import type { HttpEnv } from '../env.ts'
import {
  findPage,
  listedPage,
  makeFeedKey,
  setPagePassword,
  signOutReaders,
  takeFeedKey,
  withPage,
  withoutPage,
} from '../pageSettings.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { KeyName } from '../statusPages.ts'
import { planView } from './configuration.ts'
import type { ConfigurationPlanView } from './configurationViews.ts'
import { editConflict, seenAs } from './editConflict.ts'
import { readFormValues, valueOf } from './forms.ts'
import { NEW_PAGE, fieldOf, pageFrom, pageValues } from './furtherPageForm.ts'
import type { FurtherPageView, FurtherPagesView } from './furtherPageViews.ts'
import { noticeOf } from './notice.ts'
import { answerPage, byConsole, readForm } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import { PASSWORD_CHARACTERS_MIN, readPassword, refusalOfPassword } from './signIn.ts'
import type { FormState } from './views.ts'

/** Status pages beside the main one. Each change of what is configured is a version of the configuration. */

const BASE = '/console/status-pages'
const ADMIN = { role: 'admin', scope: 'config:write' } as const

const NOTICE: Readonly<Record<string, string>> = {
  added: 'The page is added. Its files are being written.',
  saved: 'It is saved. Readers see it within a second.',
  removed: 'The page is removed, and what belonged to it is being deleted.',
  password: 'The password is set. Whoever came in by the one before has to come in again.',
  signed_out: 'Everyone who had come in has to do so again.',
  key_revoked: 'The key is revoked. It opens nothing any more.',
}

type Outcome = Partial<Pick<FurtherPageView, 'form' | 'seen' | 'shown' | 'errors'>>

export function furtherPagePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, known: FurtherPage | null, outcome: Outcome = {}, status = 200) =>
    answerPage(render, '/console/further-page', await pageView(c, known, outcome), status)

  routes.get(BASE, allow({ role: 'viewer', scope: 'incidents:read' }), async (c) =>
    answerPage(render, '/console/further-pages', await listView(c)),
  )

  routes.get(`${BASE}/new`, allow(ADMIN), (c) => page(c, null))

  routes.post(BASE, allow(ADMIN), async (c) => {
    const values = await readFormValues(c)
    const saved = await save(c, null, values)
    if (!saved.ok) return page(c, null, { form: { values, errors: saved.errors } }, 422)
    return c.redirect(`${BASE}/${saved.id}?done=added`, 303)
  })

  routes.get(`${BASE}/:id`, allow(ADMIN), (c) => withKnown(c, (known) => page(c, known)))

  routes.post(`${BASE}/:id`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const values = await readFormValues(c)
      const saved = await save(c, known, values)
      if (!saved.ok)
        return page(c, known, { form: { values, errors: saved.errors }, seen: valueOf(values, 'seen') }, 422)
      return c.redirect(`${BASE}/${known.id}?done=saved`, 303)
    }),
  )

  routes.post(`${BASE}/:id/password`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const password = await readPassword(c)
      const refusal = refusalOfPassword(password)
      if (refusal !== null) return page(c, known, { errors: { password: refusal } }, 422)
      await setPagePassword(c.env, known.id, password)
      return c.redirect(`${BASE}/${known.id}?done=password`, 303)
    }),
  )

  routes.post(`${BASE}/:id/sign-out`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      await signOutReaders(c.env, known.id)
      return c.redirect(`${BASE}/${known.id}?done=signed_out`, 303)
    }),
  )

  routes.post(`${BASE}/:id/keys`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const name = KeyName.safeParse((await readForm(c))('name'))
      if (!name.success)
        return page(c, known, { errors: { key: 'Say who reads with it, in at most 120 characters.' } }, 422)
      const made = await makeFeedKey(c.env, known.id, name.data)
      if (made === null)
        return page(c, known, { errors: { key: `A page has at most ${FEED_KEYS_MAX} keys. Revoke one first.` } }, 422)
      return page(c, known, { shown: shownKey(urlOfPage(known, c.env.PUBLIC_URL), made.key) })
    }),
  )

  routes.post(`${BASE}/:id/keys/:key/revoke`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      await takeFeedKey(c.env, known.id, c.req.param('key') ?? '')
      return c.redirect(`${BASE}/${known.id}?done=key_revoked#keys`, 303)
    }),
  )

  // Asked for without `confirm`, it says what goes with the page.
  routes.post(`${BASE}/:id/remove`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const field = await readForm(c)
      const isConfirmed = field('confirm') === 'yes' && /^\d{1,9}$/.test(field('version'))
      const options = isConfirmed ? { expectedVersion: Number(field('version')) } : { dryRun: true }
      const note = byConsole(c, `Remove the status page ${known.name}`)
      const answer = await editConfiguration(c.env, (present) => withoutPage(present, known.id), note, options)
      if (answer.ok && isConfirmed) return c.redirect(`${BASE}?done=removed`, 303)
      const view: ConfigurationPlanView = {
        ...(await common(c)),
        section: 'status-page',
        title: `Remove the status page ${known.name}`,
        action: `${BASE}/${known.id}/remove`,
        button: 'Remove it for good',
        cancel: `${BASE}/${known.id}`,
        fields: [['version', String(answer.ok ? answer.version : await latestVersion(database(c.env.DB)))]],
        plan: answer.ok ? planView(answer.plan) : { summary: '', changes: [], tokens: [], removals: [] },
        warning: await lossOf(c.env, known),
        errors: answer.ok ? [] : linesOf(answer),
      }
      return answerPage(render, '/console/configuration-plan', view, answer.ok ? 200 : answer.status)
    }),
  )

  async function withKnown(c: Context<HttpEnv>, answer: (known: FurtherPage) => Promise<Response>): Promise<Response> {
    const known = await findPage(database(c.env.DB), c.req.param('id') ?? '')
    return known === null
      ? problem(c, 404, 'unknown_status_page', 'There is no such status page beside the main one.')
      : answer(known)
  }

  return routes
}

type Saved = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly errors: FormState['errors'] }

async function save(c: Context<HttpEnv>, known: FurtherPage | null, values: FormState['values']): Promise<Saved> {
  const parsed = pageFrom(values, known)
  if (!parsed.ok) return parsed
  const { page } = parsed
  const edit = (present: Organisation): Organisation | string => {
    const now = present.pages.find(({ id }) => id === page.id)
    const conflict =
      known === null
        ? now && 'There is a status page with this id already. Choose another.'
        : editConflict('status page', now, valueOf(values, 'seen'))
    return conflict ?? withPage(present, page)
  }
  const note = byConsole(c, `${known === null ? 'Add' : 'Change'} the status page ${page.name}`)
  const answer = await editConfiguration(c.env, edit, note)
  if (answer.ok) return { ok: true, id: page.id }
  if (answer.code === 'conflict') return { ok: false, errors: { [known === null ? 'id' : 'form']: answer.detail } }
  return { ok: false, errors: errorsOf(answer) }
}

/** What the whole document has against it, beside the field it is about. */
function errorsOf(answer: ConfigRefusal): FormState['errors'] {
  const errors: Record<string, string> = {}
  for (const error of answer.errors) {
    const [, place] = /^pages\.\d+\.(.+)$/.exec(error.path) ?? []
    if (place === undefined) errors['form'] ??= errorLine(error)
    else errors[fieldOf(place.split('.'))] ??= error.message
  }
  return Object.keys(errors).length === 0 ? { form: answer.detail } : errors
}

function linesOf({ errors, detail }: ConfigRefusal): string[] {
  return errors.length === 0 ? [detail] : errors.map(errorLine)
}

/** What going back to an earlier version of the configuration does not bring back. */
async function lossOf(env: Env, { id, name }: FurtherPage): Promise<string> {
  const subscribers = await env.SUBSCRIBER_DESK.getByName(id)
    .stats()
    .then(({ subscribers: { pending, confirmed } }) => pending + confirmed)
    .catch((error: unknown) => {
      console.error('How many subscribers a page has is not known', error)
      return null
    })
  const who =
    subscribers === null
      ? ', its subscribers with all that is kept of them'
      : subscribers === 0
        ? ''
        : `, its ${subscribers === 1 ? 'one subscriber' : `${subscribers} subscribers`} with all that is kept of them`
  return `With ${name} go its files and addresses, its public log${who}, its password and its keys. They do not come back with an earlier version of the configuration. Incidents, maintenances and components stay.`
}

function shownKey(url: string, key: string) {
  return {
    title: 'The key',
    explanation:
      'Copy it now: it is not shown again, only its hash is kept. Whoever has it can read what programs read.',
    value: key,
    snippets: [
      { title: 'In a feed reader', text: `${url}/history.atom?key=${key}` },
      { title: 'In a calendar', text: `${url}/calendar.ics?key=${key}` },
      { title: 'In a program', text: `curl -H 'Authorization: Bearer ${key}' ${url}/api/v2/summary.json` },
    ],
  }
}

async function common(c: Context<HttpEnv>) {
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: noticeOf(c, NOTICE),
  }
}

async function listView(c: Context<HttpEnv>): Promise<FurtherPagesView> {
  const db = database(c.env.DB)
  const [view, stored, withPassword] = await Promise.all([common(c), loadOrganisation(db), pagesWithPassword(db)])
  const { pages = [], components = [], statusPage } = stored?.organisation ?? {}
  const nameOf = (id: string) => components.find((each) => each.id === id)?.name ?? id
  const url = c.env.PUBLIC_URL.replace(/\/+$/, '')
  const listed = await Promise.all(pages.map((page) => listedPage(c.env, page)))
  return {
    ...view,
    main: { name: statusPage?.name ?? 'Status', url },
    pages: listed.map((page) => ({
      ...page,
      components: page.components.map(nameOf),
      isLocked: page.access === 'password' && !withPassword.has(page.id),
    })),
    canEdit: includesRole(c.var.principal.role, 'admin'),
    mayAdd: stored !== null && pages.length < PAGES_MAX,
  }
}

async function pageView(c: Context<HttpEnv>, known: FurtherPage | null, outcome: Outcome): Promise<FurtherPageView> {
  const db = database(c.env.DB)
  const [view, stored, hash, keys] = await Promise.all([
    common(c),
    loadOrganisation(db),
    known === null ? null : findPagePassword(db, known.id),
    known === null ? [] : feedKeysOf(db, known.id),
  ])
  const { components = [], statusPage } = stored?.organisation ?? {}
  return {
    ...view,
    known:
      known === null
        ? null
        : {
            id: known.id,
            name: known.name,
            url: urlOfPage(known, c.env.PUBLIC_URL),
            access: known.access.kind,
            hasPassword: hash !== null,
            keys: keys.map(({ id, name, createdAtMs, lastUsedAtMs }) => ({ id, name, createdAtMs, lastUsedAtMs })),
          },
    form: { values: known === null ? NEW_PAGE : pageValues(known), errors: {} },
    seen: known === null ? '' : seenAs(known),
    components: components.map(({ id, name }) => ({ id, name })),
    main: { timeZone: statusPage?.timeZone ?? 'Etc/UTC', language: LANGUAGE_NAME[statusPage?.language ?? 'en'] },
    passwordCharactersMin: PASSWORD_CHARACTERS_MIN,
    keysMax: FEED_KEYS_MAX,
    shown: null,
    errors: {},
    ...outcome,
  }
}
