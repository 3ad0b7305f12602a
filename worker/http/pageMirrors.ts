import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { MirrorDrill, PageMirror } from '../domain/mirror.ts'
import { furtherPages } from '../storage/statusPages.ts'

/** The copies of all status pages on the second host. */

/** A drill reads hundreds of files; fifty at once would be a storm. */
const DRILLS_AT_ONCE = 4

/** Pages beside the main one that may have a copy: those there are, and those that are gone while their copy is not. */
export async function pagesOnMirror(env: Env): Promise<readonly string[]> {
  const [pages, { pagesLeavingMirror }] = await Promise.all([
    furtherPages(env.PUBLIC_FILES),
    env.STATUS_PUBLISHER.getByName(MAIN_PAGE).stats(),
  ])
  return [...new Set([...pages.map(({ id }) => id), ...pagesLeavingMirror])]
}

/** Of each further page that has a copy, or has one that has to go. */
export async function pageMirrors(env: Env): Promise<PageMirror[]> {
  const found = await Promise.all(
    (await pagesOnMirror(env)).map(async (page): Promise<PageMirror | null> => {
      try {
        const { mirror } = await env.STATUS_PUBLISHER.getByName(page).stats()
        return mirror === null ? null : { page, state: mirror }
      } catch (error) {
        console.error(`The status page ${page} does not say how its mirror is`, error)
        return { page, state: null }
      }
    }),
  )
  return found.filter((each) => each !== null)
}

/** Tries all of them. What is wrong with any is wrong with the whole; null without a mirror. */
export async function drillMirrors(env: Env): Promise<MirrorDrill | null> {
  const main = await env.STATUS_PUBLISHER.getByName(MAIN_PAGE).drillMirror()
  if (main === null) return null
  const drills: MirrorDrill[] = [main]
  const waiting = (await pagesOnMirror(env)).values()
  const lane = async () => {
    for (const page of waiting) {
      const drill = await drillOf(env, page, main.atMs)
      if (drill !== null) drills.push(drill)
    }
  }
  await Promise.all(Array.from({ length: DRILLS_AT_ONCE }, lane))
  return {
    atMs: main.atMs,
    filesChecked: drills.reduce((sum, { filesChecked }) => sum + filesChecked, 0),
    filesTotal: drills.reduce((sum, { filesTotal }) => sum + filesTotal, 0),
    faults: drills.flatMap(({ faults }) => faults),
  }
}

async function drillOf(env: Env, page: string, atMs: number): Promise<MirrorDrill | null> {
  try {
    return await env.STATUS_PUBLISHER.getByName(page).drillMirror()
  } catch (error) {
    console.error(`The mirror of the status page ${page} could not be tried`, error)
    return { atMs, filesChecked: 0, filesTotal: 0, faults: [`The status page ${page} does not answer`] }
  }
}
