import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { furtherPages } from '../storage/statusPages.ts'

/** Of all status pages, the main one's first. Throws while the bucket is away. */
export async function pageIds(env: Env): Promise<string[]> {
  return [MAIN_PAGE, ...(await furtherPages(env.PUBLIC_FILES)).map(({ id }) => id)]
}

/** The subscriber desks of all status pages. */
export async function allDesks(env: Env) {
  return (await pageIds(env)).map((id) => env.SUBSCRIBER_DESK.getByName(id))
}
