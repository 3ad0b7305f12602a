import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { furtherPages } from '../storage/statusPages.ts'

/** The subscriber desks of all status pages, the main one's first. */
export async function allDesks(env: Env) {
  const pages = await furtherPages(env.PUBLIC_FILES)
  return [MAIN_PAGE, ...pages.map(({ id }) => id)].map((id) => env.SUBSCRIBER_DESK.getByName(id))
}
