import type { Maintenance } from '../domain/maintenance.ts'
import { publicMaintenanceFrom } from '../domain/publicMaintenance.ts'
import type { QueuedNews } from './maintenanceStore.ts'

/** What the MaintenanceDesk does in the world. Doing it twice is harmless; a throw means "again later". */

export async function publishMaintenance(env: Env, maintenance: Maintenance): Promise<void> {
  const shown = publicMaintenanceFrom(maintenance)
  await env.STATUS_PUBLISHER.getByName('main').publishMaintenance(maintenance.version, shown)
}

/** Of an update that is no longer there nothing is told. */
export async function tellOfMaintenance(_env: Env, _maintenance: Maintenance, _news: QueuedNews): Promise<void> {}
