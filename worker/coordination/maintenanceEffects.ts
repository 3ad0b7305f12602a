import type { Maintenance } from '../domain/maintenance.ts'
import { publicMaintenanceFrom } from '../domain/publicMaintenance.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import type { QueuedNews } from './maintenanceStore.ts'

/** What the MaintenanceDesk does in the world. Doing it twice is harmless; a throw means "again later". */

export async function publishMaintenance(env: Env, maintenance: Maintenance): Promise<void> {
  const shown = publicMaintenanceFrom(maintenance)
  await env.STATUS_PUBLISHER.getByName('main').publishMaintenance(maintenance.version, shown)
}

/** What a person says can be said in other words for a while before anyone has it. */
export async function tellOfMaintenance(
  env: Env,
  maintenance: Maintenance,
  { effect: { what, updateId }, atMs }: QueuedNews,
): Promise<void> {
  const shown = publicMaintenanceFrom(maintenance)
  const update = shown.updates.find(({ id }) => id === updateId)
  const author = maintenance.updates.find(({ id }) => id === updateId)?.by
  if (update === undefined || author === undefined) return
  const [page, { undo }] = await Promise.all([
    publishedPage(env.PUBLIC_FILES, env.PUBLIC_URL),
    env.STATUS_PUBLISHER.getByName('main').updateRules(),
  ])
  const isByItself = author.kind === 'system' || what === 'reminder'
  const notBeforeMs = atMs + (isByItself ? 0 : undo.noticeSeconds * 1000)
  await env.SUBSCRIBER_DESK.getByName('main').announceMaintenance({
    page,
    maintenance: shown,
    update,
    what,
    notBeforeMs,
  })
}
