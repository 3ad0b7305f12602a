import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import type { ActionItem, PostMortem, PostMortemContent } from '../../domain/postMortem.ts'
import { ACTION_ITEM_TYPES, POST_MORTEM_LIMITS, PostMortemContent as Content } from '../../domain/postMortem.ts'
import { publicBody } from '../../domain/publicPostMortem.ts'
import { renderMarkdown } from '../../publishing/markdown.ts'
import { database } from '../../storage/database.ts'
import {
  getPostMortem,
  listPostMortems,
  releasePostMortem,
  savePostMortem,
  unfinishedReleases,
} from '../../storage/postMortems.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { findingsOf } from '../postMortems.ts'
import { problem } from '../problem.ts'
import { publishRelease } from '../publishPostMortem.ts'
import type { RenderPage } from '../render.ts'
import { noticeOf } from './notice.ts'
import { answerPage, readForm } from './pages.ts'
import type { PostMortemsView, PostMortemView } from './postMortemViews.ts'

/** The console's post-mortems: a list, and an editor that is a plain form. */

const PAGE_SIZE = 50
const EMPTY_ROWS = 2

const NOTICE: Readonly<Record<string, string>> = {
  saved: 'Saved. Readers see no change until you publish.',
  published: 'Published. It is on the status page, in the feeds, and on its way to the subscribers who asked.',
  publishing: 'Released. It is on its way to readers; this finishes by itself.',
}

export function postMortemPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/post-mortems', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const wanted = Number(c.req.query('offset') ?? 0)
    const offset = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : 0
    const { postMortems, total } = await listPostMortems(database(c.env.DB), offset, PAGE_SIZE)
    const { name } = c.var.principal
    const view: PostMortemsView = { me: { name }, postMortems, total, offset, pageSize: PAGE_SIZE }
    return answerPage(render, '/console/post-mortems', view)
  })

  routes.get('/console/post-mortems/:id', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const found = await getPostMortem(database(c.env.DB), c.req.param('id'))
    if (found === null) return unknown(c)
    const notice = noticeOf(c, NOTICE)
    return answerPage(render, '/console/post-mortem', await viewOf(c, found, { notice }))
  })

  routes.post('/console/post-mortems/:id', allow({ role: 'responder', scope: 'post-mortems:write' }), async (c) =>
    saveForm(c, c.req.param('id'), render),
  )

  routes.post(
    '/console/post-mortems/:id/publish',
    allow({ role: 'responder', scope: 'post-mortems:write' }),
    async (c) => {
      const id = c.req.param('id')
      const field = await readForm(c)
      const found = await getPostMortem(database(c.env.DB), id)
      if (found === null) return unknown(c)
      if (field('confirmed') === '') {
        const error = 'Nothing was published. Tick the box once you have read what customers will read.'
        return answerPage(render, '/console/post-mortem', await viewOf(c, found, { error }), 422)
      }
      const released = await releasePostMortem(database(c.env.DB), id, Number(field('version')), Date.now())
      if (!released.ok) {
        const error = 'Nothing was published: someone saved another version meanwhile. Read it, then publish.'
        return answerPage(render, '/console/post-mortem', await viewOf(c, found, { error }), 409)
      }
      const isPublished = await publishRelease(c.env, id)
      return c.redirect(`/console/post-mortems/${id}?done=${isPublished ? 'published' : 'publishing'}`, 303)
    },
  )

  return routes
}

async function saveForm(c: Context<HttpEnv>, id: string, render: RenderPage): Promise<Response> {
  const db = database(c.env.DB)
  const present = await getPostMortem(db, id)
  if (present === null) return unknown(c)
  const field = await readForm(c)
  const typed = contentFrom(field, present)
  const version = Number(field('version'))

  if (field('intent') === 'preview')
    return answerPage(render, '/console/post-mortem', await viewOf(c, present, { typed, version }))

  const content = Content.safeParse(typed)
  if (!content.success) {
    const error = `Not saved. ${content.error.issues[0]?.path.join(' ') ?? ''}: ${content.error.issues[0]?.message ?? ''}`
    return answerPage(render, '/console/post-mortem', await viewOf(c, present, { typed, version, error }), 422)
  }
  const saved = await savePostMortem(db, id, version, content.data, Date.now())
  if (saved.ok) return c.redirect(`/console/post-mortems/${id}?done=saved`, 303)
  if (saved.reason === 'not_found') return unknown(c)
  const { present: other } = saved
  const error = `Not saved: someone saved version ${other.version} meanwhile. It is shown below your text. Saving again replaces it.`
  const view = await viewOf(c, other, { typed, version: other.version, error, other })
  return answerPage(render, '/console/post-mortem', view, 409)
}

/** The form's rows are numbered; a row without a title is no action item. */
function contentFrom(field: (name: string) => string, present: PostMortem): PostMortemContent {
  const actionItems: ActionItem[] = []
  for (let row = 0; row < POST_MORTEM_LIMITS.actionItems; row++) {
    const title = field(`item-${row}-title`)
    if (title === '') continue
    actionItems.push({
      id: field(`item-${row}-id`) || crypto.randomUUID(),
      title,
      owner: field(`item-${row}-owner`),
      dueOn: field(`item-${row}-due`),
      type: ACTION_ITEM_TYPES.find((type) => type === field(`item-${row}-type`)) ?? 'process',
      done: field(`item-${row}-done`) !== '',
      isPublic: field(`item-${row}-public`) !== '',
    })
  }
  const body = field('body').replace(/\r\n?/g, '\n')
  return { title: field('title') || present.title, body, fixedBy: field('fixedBy'), actionItems }
}

interface Shown {
  readonly typed?: PostMortemContent
  readonly version?: number
  readonly notice?: string | null
  readonly error?: string | null
  readonly other?: PostMortem
}

async function viewOf(
  c: Context<HttpEnv>,
  saved: PostMortem,
  { typed, version = saved.version, notice = null, error = null, other }: Shown,
): Promise<PostMortemView> {
  const db = database(c.env.DB)
  const { title, body, fixedBy, actionItems } = typed ?? saved
  const [findings, unfinished] = await Promise.all([findingsOf(db, body), unfinishedReleases(db, 1, saved.id)])
  const url = c.env.PUBLIC_URL.replace(/\/+$/, '')
  // Links within the console are written without a host; the renderer takes only whole addresses.
  const linked = body.replaceAll('](/console/', `](${url}/console/`)
  return {
    me: { name: c.var.principal.name },
    id: saved.id,
    mayEdit: includesRole(c.var.principal.role, 'responder'),
    notice,
    error,
    title,
    body,
    fixedBy,
    actionItems: [...actionItems, ...emptyRows(actionItems.length)],
    isSaved: typed === undefined,
    version,
    publishedAtMs: saved.publishedAtMs,
    publishedVersion: saved.publishedVersion,
    isPublishing: unfinished.length > 0,
    publicUrl: `${url}/post-mortems/${saved.id}`,
    findings,
    publicHtml: renderMarkdown(publicBody(body), 3),
    wholeHtml: renderMarkdown(linked, 3),
    other: other === undefined ? null : { version: other.version, title: other.title, body: other.body },
  }
}

function emptyRows(taken: number): ActionItem[] {
  const count = Math.max(0, Math.min(EMPTY_ROWS, POST_MORTEM_LIMITS.actionItems - taken))
  return Array.from({ length: count }, () => ({
    id: '',
    title: '',
    owner: '',
    dueOn: '',
    type: 'prevent',
    done: false,
    isPublic: false,
  }))
}

function unknown(c: Context<HttpEnv>): Response {
  return problem(c, 404, 'not_found', 'This incident has no post-mortem. A draft is written when it is resolved.')
}
