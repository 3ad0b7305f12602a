import type { Announced } from './notice.ts'
import type { PageLens } from './pageLens.ts'
import {
  changesThrough,
  incidentThrough,
  maintenanceThrough,
  maintenanceUpdateThrough,
  postMortemThrough,
  updateThrough,
} from './pageLens.ts'
import type { PublicPage } from './publicModel.ts'

/** What the subscribers of another page are told of a notice; null: nothing, it is none of that page's. */
export function noticeThrough(lens: PageLens, notice: Announced, page: PublicPage): Announced | null {
  switch (notice.kind) {
    case 'update': {
      const incident = incidentThrough(lens, notice.incident)
      return incident && { kind: 'update', page, incident, update: updateThrough(lens, notice.update) }
    }
    case 'maintenance': {
      const maintenance = maintenanceThrough(lens, notice.maintenance)
      const update = maintenanceUpdateThrough(lens, notice.update)
      return maintenance && { kind: 'maintenance', page, maintenance, update, what: notice.what }
    }
    case 'components': {
      const changes = changesThrough(lens, notice.changes)
      return changes.length === 0 ? null : { kind: 'components', page, id: notice.id, changes, atMs: notice.atMs }
    }
    case 'post_mortem': {
      // Of an incident that nobody remembers it is not known whose it was.
      const incident = notice.incident ? incidentThrough(lens, notice.incident) : null
      return incident && { kind: 'post_mortem', page, postMortem: postMortemThrough(notice.postMortem), incident }
    }
  }
}
