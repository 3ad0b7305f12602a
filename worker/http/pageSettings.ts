import { withEntry } from '../domain/catalogueEdit.ts'
import type { FurtherPage, PageAccess } from '../domain/furtherPage.ts'
import type { Organisation } from '../domain/organisation.ts'
import { urlOfPage } from '../domain/pageDirectory.ts'
import type { Database } from '../storage/database.ts'
import { database } from '../storage/database.ts'
import { loadOrganisation } from '../storage/organisation.ts'
import { createFeedKey, endPageSessions, revokeFeedKey, savePagePassword } from '../storage/pageAccess.ts'
import { hashPassword } from '../storage/passwords.ts'
import { pushPageSecrets } from './pushStatusPages.ts'

/** Status pages beside the main one, as the API and the console change them. */

export interface PageState {
  /** Files that readers do not have in their present form yet. */
  readonly filesPending: number
  readonly activeIncidents: number
}

/** One of the list; who may read it by name is for those who may change it. */
export interface ListedPage {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly access: PageAccess['kind']
  readonly components: readonly string[]
  /** Null: its publisher did not answer. */
  readonly state: PageState | null
}

export async function furtherPagesOf(db: Database): Promise<readonly FurtherPage[]> {
  return (await loadOrganisation(db))?.organisation.pages ?? []
}

export async function findPage(db: Database, id: string): Promise<FurtherPage | null> {
  return (await furtherPagesOf(db)).find((page) => page.id === id) ?? null
}

export async function listedPage(env: Env, page: FurtherPage): Promise<ListedPage> {
  const { id, name, access, components } = page
  return {
    id,
    name,
    url: urlOfPage(page, env.PUBLIC_URL),
    access: access.kind,
    components,
    state: await stateOf(env, id),
  }
}

async function stateOf(env: Env, id: string): Promise<PageState | null> {
  try {
    const { filesPending, activeIncidents } = await env.STATUS_PUBLISHER.getByName(id).stats()
    return { filesPending, activeIncidents }
  } catch (error) {
    console.error(`The status page ${id} does not say how it is`, error)
    return null
  }
}

export function withPage(present: Organisation, page: FurtherPage): Organisation {
  return { ...present, pages: withEntry(present.pages, page) }
}

export function withoutPage(present: Organisation, id: string): Organisation | string {
  const pages = present.pages.filter((page) => page.id !== id)
  if (pages.length === present.pages.length) return 'This status page is gone already.'
  const dependencies = present.statusPage.dependencies.map((each) => ({
    ...each,
    pages: each.pages.filter((page) => page !== id),
  }))
  return { ...present, pages, statusPage: { ...present.statusPage, dependencies } }
}

/** Null takes it away. Whoever came in by the old one has to come in again. */
export async function setPagePassword(env: Env, id: string, password: string | null): Promise<void> {
  await savePagePassword(database(env.DB), id, password === null ? null : await hashPassword(password))
  await pushPageSecrets(env)
}

export async function signOutReaders(env: Env, id: string): Promise<void> {
  await endPageSessions(database(env.DB), id)
  await pushPageSecrets(env)
}

export async function makeFeedKey(env: Env, id: string, name: string) {
  const made = await createFeedKey(database(env.DB), id, name, Date.now())
  if (made !== null) await pushPageSecrets(env)
  return made
}

export async function takeFeedKey(env: Env, id: string, keyId: string): Promise<boolean> {
  const isGone = await revokeFeedKey(database(env.DB), id, keyId)
  if (isGone) await pushPageSecrets(env)
  return isGone
}
