import { DurableObject } from 'cloudflare:workers'
import type { ShownThirdParty } from '../domain/dependency.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { isOver } from '../domain/maintenance.ts'
import { folderOf } from '../domain/pageDirectory.ts'
import type { ActionItem } from '../domain/postMortem.ts'
import { publicActionItems } from '../domain/publicActionItems.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import { pastThrough } from '../domain/pageLens.ts'
import type { PublicIncident, PublicMaintenance, PublicModel, PublicPostMortem } from '../domain/publicModel.ts'
import type { ImportedPast } from '../domain/importPast.ts'
import { NO_UPDATE_RULES } from '../domain/updateRules.ts'
import type { UpdateRules } from '../domain/updateRules.ts'
import type { UpdateTemplate } from '../domain/updateTemplate.ts'
import { utcDay } from '../domain/wallClock.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'
import type { MirrorDrill } from '../domain/mirror.ts'
import { configuredMirror } from '../delivery/mirrorHost.ts'
import type { MirrorHost } from '../delivery/mirrorHost.ts'
import { count } from '../storage/counters.ts'
import { retryAtMs } from './backOff.ts'
import { heldVersion, holdVersion, isOvertaken } from './configOrder.ts'
import { FileWriter } from './fileWriter.ts'
import { Mirror } from './mirror.ts'
import { MIRROR_KEY_KEPT, MIRROR_TABLE_KEPT, MirrorStore } from './mirrorStore.ts'
import { importedChange } from './publishedPast.ts'
import type { PastKept } from './publishedPast.ts'
import { PublicLogStore } from './publicLogStore.ts'
import { toldBefore } from './toldBefore.ts'
import { FurtherPages, take } from './furtherPages.ts'
import type { Told } from './furtherPages.ts'
import { emptyTables } from './objectTables.ts'
import { OwnPlace, copiedPlace, emptyFolder, placeIn } from './ownPlace.ts'
import { PageDocuments } from './pageDocuments.ts'
import type { PublishedDocuments, Said } from './pageDocuments.ts'
import { PublicStore } from './publicStore.ts'
import { LATER, URGENT } from './urgency.ts'
import type { PublishedCharts } from './publishedMetrics.ts'
import { keepUpdates } from './statusPageConfig.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'
import { lacksFiles, markTouched } from './touchedFiles.ts'

/** If the object dies while it writes, its alarm goes on from here. */
const SAFETY_NET_MS = 15_000
/** A quiet page says every few minutes that it is still being looked after. */
const AS_OF_AGE_MS_MAX = 5 * 60_000

export interface PublishOutcome {
  /** False when a newer version, or this one, was there already. */
  readonly stored: boolean
  /** Urgent files that readers do not have yet; the alarm goes on with them. */
  readonly pending: number
}

/**
 * The single writer of the status page. What was published is stored together with the list of files to write from it;
 * a file leaves the list once it lies in R2, from where readers get it without asking this object.
 */
export abstract class StatusPublisher extends DurableObject<Env> {
  readonly #place = new OwnPlace(this.ctx.storage.kv, this.env.PUBLIC_URL)
  readonly #pages = new FurtherPages(this.ctx.storage.kv, this.env)
  readonly #mirrorStore = new MirrorStore(this.ctx.storage)
  readonly #log = new PublicLogStore(this.ctx.storage, this.env.MASTER_KEY)
  readonly #store = new PublicStore(this.ctx.storage, placeIn(this.#place, this.#pages), this.#mirrorStore, this.#log)
  readonly #mirror = new Mirror(this.#mirrorStore, this.env, copiedPlace(this.#place, this.#store), () =>
    this.mirrorHost(),
  )
  readonly #documents = new PageDocuments(this.#store, this.ctx.storage, this.#place)
  readonly #writer = new FileWriter(this.#store, this.env.PUBLIC_FILES, this.#place, (path, view) =>
    this.render(path, view),
  )
  #draining: Promise<void> | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #failures = 0
  /** Whether this version of the program has looked if there are files that an earlier one did not write. */
  #hasLooked = false

  /** Renders a page of site/pages; `path` is the page's, such as /public/home. */
  protected abstract render(path: string, view: unknown): Promise<Response>

  /** The second host that has a copy of everything; null without one. */
  protected mirrorHost(): MirrorHost | null {
    return configuredMirror(this.env)
  }

  /** The page's name and components; with it the first files are written, even when nothing ever happened. */
  async useStatusPage(version: number, config: StatusPageConfig): Promise<PublishOutcome> {
    const { kv } = this.ctx.storage
    const { place, pages, links, updates } = config
    const { written } = await this.#inTurn(async () => {
      if (await isOvertaken(version, kv, this.env)) return { written: this.#publish(() => null) }
      const isSettled = place === undefined || (this.#store.isConfigured && this.#place.isAt(place))
      const documents = isSettled ? null : await this.env.STATUS_PUBLISHER.getByName(MAIN_PAGE).documents()
      const nowMs = Date.now()
      const change = (): PublicChange | null => {
        holdVersion(version, kv)
        keepUpdates(kv, updates)
        const hasOtherLinks = links !== undefined && this.#pages.useLinks(links)
        const hasOtherPages = pages !== undefined && this.#pages.use(pages)
        const isOther = this.#store.useStatusPage(config, nowMs)
        if (place !== undefined && documents !== null) {
          if (this.#place.use(place)) this.#store.forgetFiles()
          this.#mirror.use(nowMs)
          this.#log.say(this.#documents.replace(documents), nowMs)
          this.#documents.lookAtAll(nowMs)
        }
        if (isOther || documents !== null) return this.#store.everything(nowMs)
        return hasOtherPages || hasOtherLinks ? { kind: 'pages' } : null
      }
      // In an object: what comes next waits for the change, not for its files.
      return { written: this.#publish(change) }
    })
    this.ctx.waitUntil(this.#clearAway())
    return written
  }

  /** All that is shown, for a page that shows a part of it. */
  async documents(): Promise<PublishedDocuments> {
    return this.#documents.all(Date.now())
  }

  /** From the main page. What comes before this page is set up it gets with the documents. */
  async hear(told: Told): Promise<void> {
    await this.#turn
    if (this.#place.isMain) return
    await take(this, told)
  }

  /** The page is taken away: its files, and all that is kept of it. */
  async remove(version: number): Promise<void> {
    const id = this.ctx.id.name
    if (id === undefined || id === MAIN_PAGE) return
    await this.#inTurn(async () => {
      const { kv, sql } = this.ctx.storage
      if (await isOvertaken(version, kv, this.env)) return
      this.ctx.storage.transactionSync(() => {
        emptyTables(sql, MIRROR_TABLE_KEPT)
        for (const [key] of Array.from(kv.list())) if (key !== MIRROR_KEY_KEPT) kv.delete(key)
        holdVersion(version, kv)
        this.#mirror.use(Date.now())
      })
      this.#writer.changed()
      await this.#draining
      await this.#rest()
      for (const isPrivate of [false, true]) await emptyFolder(this.env.PUBLIC_FILES, folderOf({ id, isPrivate }))
    })
  }

  /** Of a page that is gone: whether the mirror still has some of it. */
  async isLeavingMirror(): Promise<boolean> {
    await this.#rest()
    return this.#mirrorStore.leaving() !== null
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
    const told = { kind: 'incident', version, incident } as const
    return this.#tell(
      () => this.#documents.putIncident(version, incident),
      () => (this.#documents.isLatest(version, incident.id) ? told : null),
    )
  }

  /** As with an incident: an older `version` than the last changes nothing. */
  async publishMaintenance(version: number, maintenance: PublicMaintenance): Promise<PublishOutcome> {
    const told = { kind: 'maintenance', version, maintenance } as const
    return this.#tell(
      () => this.#documents.putMaintenance(version, maintenance),
      () => (this.#store.maintenances.versionOf(maintenance.id) === version ? told : null),
    )
  }

  /** States that components have by themselves; those that are there already change nothing. */
  async publishComponentStates(version: number, changes: readonly RecordedOwnChange[]): Promise<PublishOutcome> {
    const known = changes.filter(({ sequence }) => sequence <= version)
    return this.#tell(
      () => this.#documents.putStates(known),
      () => ({ kind: 'states', version, changes }),
    )
  }

  /** What other status pages say of themselves. */
  async publishThirdParties(all: readonly ShownThirdParty[]): Promise<void> {
    await this.#tell(
      () => this.#documents.putThirdParties(all),
      () => ({ kind: 'third_parties', all }),
    )
  }

  /** Charts, behind everything that somebody said. */
  async publishMetrics(published: readonly PublishedCharts[]): Promise<void> {
    await this.#turn
    await this.#publish(
      () => (this.#store.metrics.put(published) ? { kind: 'metrics', ids: published.map(({ id }) => id) } : null),
      LATER,
    )
    await this.#pages.each((page) => page.hear({ kind: 'metrics', published }))
  }

  /** What is to be told of components that changed by themselves since then. */
  async changesSince(since: readonly { readonly component: string; readonly atMs: number }[]) {
    const nowMs = Date.now()
    const { page } = this.#store.model(nowMs)
    return { page, changes: this.#store.changesSince(since, nowMs) }
  }

  /** The past of another page, for readers and told to nobody; as a trial only what it would change. */
  async importPast(past: ImportedPast, isTrial: boolean): Promise<PastKept> {
    await this.#turn
    const shown = pastThrough(this.#place.lens, past)
    const keep = (trial: boolean) =>
      this.#store.past.keep(shown, this.#store, this.#log, { isTrial: trial, nowMs: Date.now() })
    if (isTrial) return keep(true)
    const kept = keep(true)
    await this.#publish(() => importedChange(keep(false), this.#store.history.months()), LATER)
    // Each takes what is its own. A second time it is all there.
    await this.#pages.each((page) => page.hear({ kind: 'past', past }))
    return kept
  }

  /** All that was told of it was taken back: its page goes, and nothing names it any more. */
  async withdrawIncident(id: string): Promise<PublishOutcome> {
    return this.#tell(
      () => this.#documents.removeIncident(id),
      () => ({ kind: 'withdrawn', id }),
    )
  }

  /** Of the action items only those marked public are kept. */
  async publishPostMortem(postMortem: PublicPostMortem, actionItems: readonly ActionItem[]): Promise<PublishOutcome> {
    const published = { postMortem, actionItems: publicActionItems(actionItems) }
    return this.#tell(
      () => this.#documents.putPostMortem(published),
      () => ({ kind: 'post_mortem', postMortem, actionItems }),
    )
  }

  /** Called every minute from outside: refreshes "as of", begins the new day's bars, finds what was stranded. */
  async heartbeat(nowMs: number): Promise<void> {
    if (!this.#store.isConfigured) return
    await this.#refresh(nowMs)
    await this.#clearAway()
    await this.#pages.each((page) => page.heartbeat(nowMs))
  }

  async #refresh(nowMs: number): Promise<void> {
    if (this.#mirror.use(nowMs)) await this.#publish(() => ({ kind: 'mirror' }), LATER)
    const asOfMs = this.#store.homeAsOfMs()
    if (utcDay(asOfMs) !== utcDay(nowMs) || this.#lacksFiles(nowMs)) {
      await this.#publish(() => this.#store.everything(nowMs), LATER)
    } else if (nowMs - asOfMs >= AS_OF_AGE_MS_MAX) {
      const { activeIncidents, maintenances } = this.#store.model(nowMs)
      const activeIncidentIds = activeIncidents.map(({ id }) => id)
      const openMaintenanceIds = maintenances.flatMap(({ id, status }) => (isOver(status) ? [] : [id]))
      await this.#publish(() => ({ kind: 'as_of', activeIncidentIds, openMaintenanceIds }), LATER)
    }
    await this.#drain()
    if (this.#store.pending() === 0) this.#store.markStale(this.#store.look.forgetGone(nowMs), LATER)
  }

  #lacksFiles(nowMs: number): boolean {
    if (this.#hasLooked) return false
    this.#hasLooked = true
    return lacksFiles(this.#store, nowMs)
  }

  /** Tries whether the copy opens alone, and tells the public when it was tried; null without a mirror. */
  async drillMirror(): Promise<MirrorDrill | null> {
    const drill = await this.#mirror.drill(Date.now())
    if (drill !== null) await this.#publish(() => ({ kind: 'mirror' }), LATER)
    await this.#drain()
    return drill
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
      filesPending: this.#store.pending(),
      ...this.#store.counts.all(),
      homeAsOfMs: this.#store.homeAsOfMs(),
      mirror: this.#mirror.state(),
      /** Pages that are gone, and may still lie there. */
      pagesLeavingMirror: this.#pages.leavingMirror,
    }
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would write the page. */
  override async alarm(): Promise<void> {
    await this.#drain()
    try {
      await this.#mirror.drain(Date.now())
      if (this.#mirror.isDrillDue(Date.now())) await this.drillMirror()
      await this.#rest()
    } catch (error) {
      console.error('The mirror could not be looked after; the next heartbeat goes on', error)
    }
  }

  async #publish(change: () => PublicChange | null, urgency = URGENT): Promise<PublishOutcome> {
    count('allclear_object_requests_total', { object: 'StatusPublisher' }, 1)
    const stored = this.ctx.storage.transactionSync(() => {
      this.#beginLog()
      const changed = change()
      if (changed === null) return false
      markTouched(this.#store, changed, urgency)
      this.#store.counts.add('publishes')
      return true
    })
    if (stored) {
      this.#writer.changed()
      await this.ctx.storage.setAlarm(Date.now() + SAFETY_NET_MS)
    }
    await this.#write()
    return { stored, pending: this.#store.pending(URGENT) }
  }

  /** Resolves when what is urgent was written; the rest goes on behind it. */
  async #write(): Promise<void> {
    if (!this.#store.isConfigured) return
    this.ctx.waitUntil(this.#drain())
    await this.#writer.urgent()
  }

  /** What arrives while the page is set up waits, so that it is not overwritten by what was fetched before it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = Promise.allSettled([done])
    return done
  }

  /** Stores and says a change. The other pages hear of it while the files are written here. */
  async #tell(change: () => Said | null, passedOn: () => Told | null): Promise<PublishOutcome> {
    await this.#turn
    const written = this.#publish(() => {
      const said = change()
      if (said === null) return null
      this.#log.say(said.statements, Date.now())
      return said.change
    })
    const told = passedOn()
    const heard = told === null ? undefined : this.#pages.each((page) => page.hear(told))
    return (await Promise.all([written, heard]))[0]
  }

  /** Deletes what lies where this page was before, and what is left of pages that are gone. Never throws. */
  async #clearAway(): Promise<void> {
    await this.#pages.removeGone(heldVersion(this.ctx.storage.kv))
    await this.#place.clearAway(this.env.PUBLIC_FILES, async () => this.#draining)
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  async #drainOnce(): Promise<void> {
    if (!this.#store.isConfigured) return
    try {
      // What is sealed has files to write, and something may have been said meanwhile.
      for (let goesOn = true; goesOn;) {
        const [failed, sealed] = await Promise.all([this.#writer.drain(), this.#sealLog()])
        if (failed > 0) return await this.#retry(new Error(`${failed} files failed`))
        goesOn = sealed.files > 0 || (sealed.ok && this.#log.isWaiting())
      }
      this.#failures = 0
      await this.#rest()
    } catch (error) {
      await this.#retry(error)
    }
  }

  /** What was said before there was a log is its beginning, and its JSON is written to compare it with. */
  #beginLog(): void {
    this.#log.begin(() => {
      const { statements, paths } = toldBefore(this.ctx.storage.sql, this.#store.published)
      this.#store.markStale(paths, LATER)
      return statements
    }, Date.now())
  }

  /** How many log files there are to write now. The page does not wait for it, nor fail with it. */
  async #sealLog(): Promise<{ readonly ok: boolean; readonly files: number }> {
    try {
      const paths = await this.#log.seal(this.#store.publicId)
      this.#store.markStale(paths, LATER)
      return { ok: true, files: paths.length }
    } catch (error) {
      console.error('The public log could not be signed; it is tried again', error)
      return { ok: false, files: 0 }
    }
  }

  /** Readers have everything: the alarm is for the mirror, which nobody waits for. */
  async #rest(): Promise<void> {
    if (this.#store.pending() > 0) return
    const dueAtMs = this.#mirror.dueAtMs()
    if (dueAtMs === null) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(Math.max(Date.now(), dueAtMs))
  }

  /** Never throws: an alarm that throws too often is given up by the platform. */
  async #retry(error: unknown): Promise<void> {
    console.error('The status page could not be written; it is tried again', error)
    this.#failures += 1
    try {
      await this.ctx.storage.setAlarm(retryAtMs(this.#failures, Date.now()))
    } catch (alarmError) {
      console.error('No alarm could be set; the next heartbeat goes on', alarmError)
    }
  }
}
