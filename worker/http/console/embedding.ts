import { Hono } from 'hono'
import { MAIN_PAGE } from '../../domain/furtherPage.ts'
import { folderOf, isPrivate } from '../../domain/pageDirectory.ts'
import { publishedComponents, publishedPage } from '../../storage/publishedPage.ts'
import { furtherPages } from '../../storage/statusPages.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { badgesOf, snippetsOf } from './embeddingViews.ts'
import type { EmbeddingView } from './embeddingViews.ts'
import { answerPage } from './pages.ts'

/** The console's page of what stands on other pages: what to copy, for each status page. */

export function embeddingPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/status-page/elsewhere', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const { PUBLIC_FILES: bucket, PUBLIC_URL } = c.env
    const id = c.req.query('page') ?? MAIN_PAGE
    const further = await furtherPages(bucket)
    const entry = further.find((each) => each.id === id)
    if (entry === undefined && id !== MAIN_PAGE)
      return problem(c, 404, 'unknown_page', 'There is no status page of this id.')
    const folder = entry === undefined ? '' : folderOf({ id, isPrivate: isPrivate(entry) })
    const main = await publishedPage(bucket, PUBLIC_URL)
    const page = { id, name: entry?.name ?? main.name, url: entry?.url ?? main.url }
    const view: EmbeddingView = {
      me: { name: c.var.principal.name },
      page,
      pages: [{ id: MAIN_PAGE, name: main.name }, ...further.map((each) => ({ id: each.id, name: each.name }))],
      isPrivate: entry !== undefined && isPrivate(entry),
      badges: badgesOf((await publishedComponents(bucket, folder)) ?? []),
      snippets: snippetsOf(page),
    }
    return answerPage(render, '/console/elsewhere', view)
  })

  return routes
}
