import { DurableObject } from 'cloudflare:workers'
import { isOver } from '../domain/maintenance.ts'
import type { ActionItem } from '../domain/postMortem.ts'
import { publicActionItems } from '../domain/publicActionItems.ts'
import type { PublicIncident, PublicMaintenance, PublicModel, PublicPostMortem } from '../domain/publicModel.ts'
import { NO_UPDATE_RULES } from '../domain/updateRules.ts'
import type { UpdateRules } from '../domain/updateRules.ts'
import type { UpdateTemplate } from '../domain/updateTemplate.ts'
import { utcDay } from '../domain/uptime.ts'
import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import { pathsTouchedBy, publicFile } from '../publishing/pages.ts'
import type { PublicChange, PublicFile, PublicSource } from '../publishing/pages.ts'
import { count } from '../storage/counters.ts'
import { retryAtMs } from './backOff.ts'
import { holdVersion, isOvertaken } from './configOrder.ts'
import { PublicStore } from './publicStore.ts'
import type { StaleFile, StatusPageConfig } from './publicStore.ts'

/** Rendering uses the CPU, writing waits for R2: a few at a time do both at once. */
const LANES = 4
const FILE_TIMEOUT_MS = 10_000
/** If the object dies while it writes, its alarm goes on from here. */
const SAFETY_NET_MS = 15_000
/** A quiet page says every few minutes that it is still being looked after. */
const AS_OF_AGE_MS_MAX = 5 * 60_000
/** What has not changed is written again after a day all the same, in case the bucket lost it. */
const REWRITE_AFTER_MS = 24 * 3600 * 1000

export interface PublishOutcome {
  /** False when a newer version, or this one, was there already. */
  readonly stored: boolean
  /** Files that readers do not have yet; the alarm goes on with them. */
  readonly pending: number
}

/**
 * The single writer of the status page. What was published is stored together with the list of files to write from it;
 * a file leaves the list once it lies in R2, from where readers get it without asking this object.
 */
export abstract class StatusPublisher extends DurableObject<Env> {
  readonly #store = new PublicStore(this.ctx.storage, this.env.PUBLIC_URL)
  #writing: Promise<void> = Promise.resolve()
  #failures = 0
  /** Whether this version of the program has looked if there are files that an earlier one did not write. */
  #hasLooked = false

  /** Renders a page of site/pages; `path` is the page's, such as /public/home. */
  protected abstract render(path: string, view: unknown): Promise<Response>

  /** The page's name and components; with it the first files are written, even when nothing ever happened. */
  async useStatusPage(version: number, config: StatusPageConfig): Promise<PublishOutcome> {
    const { kv } = this.ctx.storage
    if (await isOvertaken(version, kv, this.env)) return this.#publish(() => null)
    const nowMs = Date.now()
    return this.#publish(() => {
      holdVersion(version, kv)
      if (config.updates !== undefined) {
        kv.put('updateRules', config.updates.rules)
        kv.put('updateTemplates', config.updates.templates)
      }
      return this.#store.useStatusPage(config, nowMs) ? this.#store.everything(nowMs) : null
    })
  }

  /** What its owner asks of updates; incident rooms go by it. */
  async updateRules(): Promise<UpdateRules> {
    return this.ctx.storage.kv.get<UpdateRules>('updateRules') ?? NO_UPDATE_RULES
  }

  /** Words prepared for updates. */
  async updateTemplates(): Promise<readonly UpdateTemplate[]> {
    return this.ctx.storage.kv.get<readonly UpdateTemplate[]>('updateTemplates') ?? []
  }

  /** When this returns, readers have it, or the alarm keeps trying. An older `version` than the last changes nothing. */
  async publishIncident(version: number, incident: PublicIncident): Promise<PublishOutcome> {
    return this.#publish(() =>
      this.#store.putIncident(version, incident) ? { kind: 'incident', id: incident.id } : null,
    )
  }

  /** As with an incident: an older `version` than the last changes nothing. */
  async publishMaintenance(version: number, maintenance: PublicMaintenance): Promise<PublishOutcome> {
    return this.#publish(() =>
      this.#store.maintenances.put(version, maintenance) ? { kind: 'maintenance', id: maintenance.id } : null,
    )
  }

  /** All that was told of it was taken back: its page goes, and nothing names it any more. */
  async withdrawIncident(id: string): Promise<PublishOutcome> {
    return this.#publish(() => (this.#store.removeIncident(id, Date.now()) ? { kind: 'incident', id } : null))
  }

  /** Of the action items only those marked public are kept. */
  async publishPostMortem(postMortem: PublicPostMortem, actionItems: readonly ActionItem[]): Promise<PublishOutcome> {
    return this.#publish(() =>
      this.#store.putPostMortem(postMortem, publicActionItems(actionItems))
        ? { kind: 'post_mortem', id: postMortem.id }
        : null,
    )
  }

  /** Called every minute from outside: refreshes "as of", begins the new day's bars, finds what was stranded. */
  async heartbeat(nowMs: number): Promise<void> {
    if (!this.#store.isConfigured) return
    const asOfMs = this.#store.homeAsOfMs()
    if (utcDay(asOfMs) !== utcDay(nowMs) || this.#lacksFiles(nowMs)) {
      await this.#publish(() => this.#store.everything(nowMs))
    } else if (nowMs - asOfMs >= AS_OF_AGE_MS_MAX) {
      const { activeIncidents, maintenances } = this.#store.model(nowMs)
      const activeIncidentIds = activeIncidents.map(({ id }) => id)
      const openMaintenanceIds = maintenances.flatMap(({ id, status }) => (isOver(status) ? [] : [id]))
      await this.#publish(() => ({ kind: 'as_of', activeIncidentIds, openMaintenanceIds }))
    } else {
      await this.#write()
    }
  }

  #lacksFiles(nowMs: number): boolean {
    if (this.#hasLooked) return false
    this.#hasLooked = true
    return pathsTouchedBy(this.#store.everything(nowMs)).some((path) => this.#store.written(path) === null)
  }

  async model(): Promise<PublicModel> {
    return this.#store.model(Date.now())
  }

  async stats() {
    const model = this.#store.model(Date.now())
    return {
      incidents: model.incidents.length,
      activeIncidents: model.activeIncidents.length,
      postMortems: model.postMortems.length,
      filesPending: this.#store.staleFiles().length,
      publishes: this.#store.counted('publishes'),
      filesWritten: this.#store.counted('filesWritten'),
      filesFailed: this.#store.counted('filesFailed'),
      homeAsOfMs: this.#store.homeAsOfMs(),
    }
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would write the page. */
  override async alarm(): Promise<void> {
    await this.#write()
  }

  async #publish(change: () => PublicChange | null): Promise<PublishOutcome> {
    count('allclear_object_requests_total', { object: 'StatusPublisher' }, 1)
    const stored = this.ctx.storage.transactionSync(() => {
      const changed = change()
      if (changed === null) return false
      this.#store.markStale(pathsTouchedBy(changed))
      this.#store.count('publishes')
      return true
    })
    if (stored) await this.ctx.storage.setAlarm(Date.now() + SAFETY_NET_MS)
    await this.#write()
    return { stored, pending: this.#store.staleFiles().length }
  }

  /** One at a time: a later write of a file must not be overtaken by an earlier one. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeStaleFiles()).catch((error: unknown) => this.#retry(error))
    return this.#writing
  }

  async #writeStaleFiles(): Promise<void> {
    const files = this.#store.staleFiles()
    if (files.length === 0 || !this.#store.isConfigured) return
    const failed = await this.#writeInLanes(files, this.#store.source(Date.now()))
    if (failed > 0) return this.#retry(new Error(`${failed} of ${files.length} files failed`))
    this.#failures = 0
    if (this.#store.staleFiles().length === 0) await this.ctx.storage.deleteAlarm()
  }

  /** Never throws: later writes wait for this one, and an alarm that throws too often is given up by the platform. */
  async #retry(error: unknown): Promise<void> {
    console.error('The status page could not be written; it is tried again', error)
    this.#failures += 1
    try {
      await this.ctx.storage.setAlarm(retryAtMs(this.#failures, Date.now()))
    } catch (alarmError) {
      console.error('No alarm could be set; the next heartbeat goes on', alarmError)
    }
  }

  async #writeInLanes(files: readonly StaleFile[], source: PublicSource): Promise<number> {
    const waiting = files.values()
    let failed = 0
    const lane = async () => {
      for (const file of waiting) {
        try {
          await withinTime(this.#writeFile(file, source))
        } catch (error) {
          failed += 1
          this.#store.count('filesFailed')
          console.error(`The status page's file ${file.path} could not be written`, error)
        }
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    return failed
  }

  async #writeFile(stale: StaleFile, source: PublicSource): Promise<void> {
    const file = publicFile(stale.path, source)
    if (file === null) {
      if (this.#store.written(stale.path) !== null) await this.env.PUBLIC_FILES.delete(stale.path)
      return this.#store.forgetWritten(stale)
    }

    const text = await this.#textOf(file)
    const bytes = new TextEncoder().encode(text)
    const etag = await sha256(bytes)
    const nowMs = Date.now()
    const before = this.#store.written(stale.path)
    if (before?.etag === etag && nowMs - before.at_ms < REWRITE_AFTER_MS) return this.#store.clearStale(stale)

    const csp = file.kind === 'view' ? await contentSecurityPolicy(text) : "default-src 'none'; frame-ancestors 'none'"
    await this.env.PUBLIC_FILES.put(stale.path, bytes, {
      httpMetadata: { contentType: file.contentType },
      customMetadata: { etag, csp },
    })
    this.ctx.storage.transactionSync(() => this.#store.recordWritten(stale, etag, nowMs))
  }

  async #textOf(file: PublicFile): Promise<string> {
    if (file.kind === 'text') return file.body
    const path = `/public/${file.view.view}`
    const response = await this.render(path, file.view)
    if (!response.ok) throw new Error(`${path} was rendered with status ${response.status}`)
    return response.text()
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A renderer or bucket that hangs must not hold up every later update. */
async function withinTime(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${FILE_TIMEOUT_MS} ms`)), FILE_TIMEOUT_MS)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
