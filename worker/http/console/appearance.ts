import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Appearance } from '../../domain/appearance.ts'
import { MAIN_PAGE } from '../../domain/furtherPage.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { urlOfPage } from '../../domain/pageDirectory.ts'
import { withImages } from '../../domain/lookWeight.ts'
import { IMAGE_BYTES_MAX } from '../../domain/pageImage.ts'
import { nameOf } from '../../domain/shownLook.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { editConfiguration } from '../configuration.ts'
import { errorLine } from '../configText.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { withContentSecurityPolicy } from '../render.ts'
import type { ChosenImages } from './appearanceForm.ts'
import { IMAGE_FIELDS, appearanceFrom, appearanceValues } from './appearanceForm.ts'
import type { AppearanceView } from './appearanceViews.ts'
import { editConflict, seenAs } from './editConflict.ts'
import { readFormValues, valueOf } from './forms.ts'
import { noticeOf } from './notice.ts'
import { answerPage, byConsole } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { FormState } from './views.ts'

/** How each status page looks: seen before it is saved, and saved as a version of the configuration. */

const ADMIN = { role: 'admin', scope: 'config:write' } as const
const BASE = '/console/appearance/:id'
/** A larger file is refused by its size, for which this much is enough. */
const FILE_BYTES_READ_MAX = IMAGE_BYTES_MAX + 1
const CHOOSE_AGAIN = 'Choose the file again: nothing was saved, and no browser sends it by itself.'

interface Known {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly appearance: Appearance | undefined
  /** What it looks like while it has no look of its own. */
  readonly mains: Appearance | undefined
}

export function appearancePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, known: Known, outcome: Partial<AppearanceView> = {}, status = 200) =>
    answerPage(render, '/console/appearance', await viewOf(c, known, outcome), status)

  routes.get(BASE, allow(ADMIN), (c) => withKnown(c, (known) => page(c, known)))

  routes.post(BASE, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const values = await readFormValues(c)
      const chosen = await imagesIn(c)
      const parsed = appearanceFrom(values, chosen, known.appearance)
      const again = (errors: FormState['errors']) => {
        // What was chosen is not in the form that comes back.
        const lost = Object.fromEntries(Object.keys(chosen).map((field) => [field, CHOOSE_AGAIN]))
        return page(c, known, { form: { values, errors: { ...lost, ...errors } }, seen: valueOf(values, 'seen') }, 422)
      }
      if (!parsed.ok) return again(parsed.errors)
      if (valueOf(values, 'do') === 'preview') return preview(c, known, parsed.appearance)
      const answer = await save(c, known, parsed.appearance, valueOf(values, 'seen'))
      return answer === null ? c.redirect(`/console/appearance/${known.id}?done=saved`, 303) : again(answer)
    }),
  )

  routes.post(`${BASE}/reset`, allow(ADMIN), (c) =>
    withKnown(c, async (known) => {
      const seen = valueOf(await readFormValues(c), 'seen')
      const answer = await save(c, known, undefined, seen)
      if (answer !== null)
        return page(c, known, { form: { values: appearanceValues(known.appearance), errors: answer }, seen }, 422)
      return c.redirect(`/console/appearance/${known.id}?done=reset`, 303)
    }),
  )

  /** The home page as readers would have it, with all that is on it now. */
  async function preview(c: Context<HttpEnv>, known: Known, appearance: Appearance): Promise<Response> {
    const model = await c.env.STATUS_PUBLISHER.getByName(known.id).model()
    const { language } = model.page
    const view = {
      view: 'home',
      model: { ...model, page: { ...model.page, appearance } },
      query: '',
      language,
      path: '/',
    }
    return withContentSecurityPolicy(await render('/public/home', view))
  }

  return routes
}

async function withKnown(c: Context<HttpEnv>, answer: (known: Known) => Promise<Response>): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const stored = await loadOrganisation(database(c.env.DB))
  const known = stored === null ? null : knownPage(c, stored.organisation, id)
  return known === null ? problem(c, 404, 'unknown_status_page', 'There is no such status page.') : answer(known)
}

function knownPage(c: Context<HttpEnv>, { statusPage, pages }: Organisation, id: string): Known | null {
  const { name, appearance: mains } = statusPage
  if (id === MAIN_PAGE)
    return { id, name, url: c.env.PUBLIC_URL.replace(/\/+$/, ''), appearance: mains, mains: undefined }
  const page = pages.find((each) => each.id === id)
  if (page === undefined) return null
  return { id, name: page.name, url: urlOfPage(page, c.env.PUBLIC_URL), appearance: page.appearance, mains }
}

/** What is wrong with it; null when it is saved. */
async function save(
  c: Context<HttpEnv>,
  known: Known,
  appearance: Appearance | undefined,
  seen: string,
): Promise<FormState['errors'] | null> {
  const edit = (present: Organisation): Organisation | string => {
    const now = knownPage(c, present, known.id)
    const conflict = editConflict('appearance', now === null ? undefined : entryOf(now), seen)
    if (conflict !== null) return conflict
    const dress = <Page extends object>(page: Page): Page => {
      const { appearance: _before, ...rest } = { appearance: undefined, ...page }
      return { ...rest, ...(appearance === undefined ? {} : { appearance }) } as Page
    }
    if (known.id === MAIN_PAGE) return { ...present, statusPage: dress(present.statusPage) }
    return { ...present, pages: present.pages.map((page) => (page.id === known.id ? dress(page) : page)) }
  }
  const answer = await editConfiguration(c.env, edit, byConsole(c, `Change how the status page ${known.name} looks`))
  if (answer.ok) return null
  return { form: answer.errors.length === 0 ? answer.detail : answer.errors.map(errorLine).join(' ') }
}

/** Of which the form says what it started from; images by what tells them apart. */
function entryOf({ id, appearance }: Known) {
  return { id, appearance: appearance && withImages(appearance, (uri) => nameOf(uri)) }
}

/** The files of the form as data: URIs; what they are is judged with the rest. */
async function imagesIn(c: Context<HttpEnv>): Promise<ChosenImages> {
  const form = await c.req.parseBody()
  const chosen: Partial<Record<(typeof IMAGE_FIELDS)[number], string>> = {}
  for (const field of IMAGE_FIELDS) {
    const file = form[field]
    if (!(file instanceof File) || file.size === 0) continue
    const bytes = new Uint8Array(await file.slice(0, FILE_BYTES_READ_MAX).arrayBuffer())
    chosen[field] = `data:${file.type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`
  }
  return chosen
}

const NOTICE: Readonly<Record<string, string>> = {
  saved: 'It is saved. The pages are being written anew.',
  reset: 'It looks as it came. The pages are being written anew.',
}

async function viewOf(c: Context<HttpEnv>, known: Known, outcome: Partial<AppearanceView>): Promise<AppearanceView> {
  const { id, name, url, appearance, mains } = known
  const shown = appearance ?? mains
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: noticeOf(c, NOTICE),
    page: { id, name, url, isMain: id === MAIN_PAGE },
    form: { values: appearanceValues(shown), errors: {} },
    seen: seenAs(entryOf(known)),
    images: {
      light: appearance?.logo?.light ?? null,
      dark: appearance?.logo?.dark ?? null,
      favicon: appearance?.favicon ?? null,
    },
    isMainsOwn: id !== MAIN_PAGE && appearance === undefined,
    ...outcome,
  }
}
