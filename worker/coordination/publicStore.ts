import type { Language } from '../domain/language.ts'
import type {
  PublicActionItem,
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicPostMortem,
} from '../domain/publicModel.ts'
import { LOOK_FOLDER } from '../domain/shownLook.ts'
import type { StateChange } from '../domain/uptime.ts'
import { UPTIME_DAYS, stateChanges } from '../domain/uptime.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import { changeSince, ownChangesShown } from '../domain/ownChanges.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'
import { mayFollow, mayLag } from '../publishing/publicPaths.ts'
import type { PublicSource, Published, PublishedPostMortem } from '../publishing/publicSource.ts'
import { PublishCounts } from './publishCounts.ts'
import type { MirrorStore } from './mirrorStore.ts'
import type { PlaceOfPage } from './ownPlace.ts'
import type { PublicLogStore } from './publicLogStore.ts'
import type { EvidenceOfComponent } from '../domain/uptimeEvidence.ts'
import { ListedComponents, evidenceIn } from './listedComponents.ts'
import { LookFiles } from './lookFiles.ts'
import { PublishedMaintenances } from './publishedMaintenances.ts'
import { PublishedHistory, readIncidents } from './publishedHistory.ts'
import { PublishedMetrics } from './publishedMetrics.ts'
import { thirdPartiesIn } from './publishedThirdParties.ts'
import { PublishedStates } from './publishedStates.ts'
import { PublishedPast } from './publishedPast.ts'
import { LATER, URGENT } from './urgency.ts'
import { UNNAMED, pageOf } from './statusPageConfig.ts'
import type { StatusPageConfig, StoredPage } from './statusPageConfig.ts'
import { storedActionItems, storedPostMortem } from './storedDocuments.ts'

/** What the status page is made of, in the publisher's own SQLite, and which files have yet to be written from it. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS incidents (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  resolved_at_ms INTEGER,
  document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS incidents_by_resolution ON incidents (resolved_at_ms);
CREATE TABLE IF NOT EXISTS post_mortems (
  id TEXT PRIMARY KEY,
  published_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  document TEXT NOT NULL,
  action_items TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS stale (path TEXT PRIMARY KEY, mark INTEGER NOT NULL, urgency INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS written (path TEXT PRIMARY KEY, etag TEXT NOT NULL, at_ms INTEGER NOT NULL);
`

const WINDOW_MS = UPTIME_DAYS * 24 * 3600 * 1000
const INCIDENTS_MAX = 1000
const POST_MORTEMS_MAX = 50

/** What the states of the last ninety days are made of. */
interface Recent {
  readonly incidents: readonly PublicIncident[]
  readonly maintenances: readonly PublicMaintenance[]
  readonly own: readonly RecordedOwnChange[]
  readonly changes: ReadonlyMap<string, readonly StateChange[]>
}

export interface StaleFile {
  readonly path: string
  /** Grows with each marking: a file marked again while it was being written stays marked. */
  readonly mark: number
  readonly urgency: number
}

type StaleRow = { path: string; mark: number; urgency: number }

export class PublicStore {
  readonly maintenances: PublishedMaintenances
  readonly states: PublishedStates
  readonly components: ListedComponents
  readonly look: LookFiles
  readonly past: PublishedPast
  readonly metrics: PublishedMetrics
  readonly published: Published = {
    incident: (id) => readIncidents(this.#storage.sql, 'WHERE id = ?', id)[0] ?? null,
    maintenance: (id) => this.maintenances.find(id),
    postMortem: (id) => this.#postMortem(id),
  }
  readonly history: PublishedHistory
  readonly #storage: DurableObjectStorage
  readonly #place: PlaceOfPage
  readonly counts: PublishCounts
  readonly #mirror: MirrorStore
  readonly #log: PublicLogStore

  constructor(storage: DurableObjectStorage, place: PlaceOfPage, mirror: MirrorStore, log: PublicLogStore) {
    this.#storage = storage
    this.counts = new PublishCounts(storage.kv)
    this.#mirror = mirror
    this.#log = log
    this.#place = place
    storage.sql.exec(SCHEMA)
    this.maintenances = new PublishedMaintenances(storage.sql)
    this.states = new PublishedStates(storage.sql)
    this.components = new ListedComponents(storage.sql)
    this.look = new LookFiles(storage.sql)
    this.past = new PublishedPast(storage.sql)
    this.metrics = new PublishedMetrics(storage)
    this.history = new PublishedHistory(storage.sql, this.maintenances, () => (this.#page()?.page ?? UNNAMED).timeZone)
    if (storage.sql.exec("SELECT 1 FROM pragma_table_info('stale') WHERE name = 'urgency'").toArray().length === 0)
      storage.sql.exec('ALTER TABLE stale ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0')
    storage.sql.exec('CREATE INDEX IF NOT EXISTS stale_by_urgency ON stale (urgency, mark)')
  }

  get isConfigured(): boolean {
    return this.#page() !== null
  }

  /** Whether it differs from what was there. */
  useStatusPage(config: StatusPageConfig, nowMs: number): boolean {
    const before = this.#page()
    const isSame = before !== null && JSON.stringify(before.page) === JSON.stringify(pageOf(config))
    const hasOtherMetrics = this.metrics.use(config.metrics ?? [])
    // Of some there may be nothing left to show.
    if (hasOtherMetrics) this.markStale(this.writtenPaths('%performance%'), URGENT)
    if (isSame && !hasOtherMetrics && this.components.isSame(config.components)) return false

    const stored: StoredPage = { page: pageOf(config), changedAtMs: nowMs }
    this.#storage.kv.put('page', stored)
    this.components.use(config.components, nowMs)
    this.look.use(config.look ?? [], nowMs)
    return true
  }

  /** Whether it was newer than what was there. */
  putIncident(version: number, incident: PublicIncident): boolean {
    const { id, createdAtMs, updatedAtMs, resolvedAtMs } = incident
    return (
      this.#rows(
        `INSERT INTO incidents (id, version, created_at_ms, updated_at_ms, resolved_at_ms, document)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, created_at_ms = excluded.created_at_ms,
           updated_at_ms = excluded.updated_at_ms, resolved_at_ms = excluded.resolved_at_ms, document = excluded.document
         WHERE excluded.version > incidents.version
         RETURNING id`,
        id,
        version,
        createdAtMs,
        updatedAtMs,
        resolvedAtMs,
        JSON.stringify(incident),
      ).length > 0
    )
  }

  /** Whether it was there, in an earlier version than this. When the page changed last never goes back. */
  remove(table: 'incidents' | 'maintenances', id: string, nowMs: number, version = Number.MAX_SAFE_INTEGER): boolean {
    const gone = this.#rows(`DELETE FROM ${table} WHERE id = ? AND version < ? RETURNING id`, id, version)
    if (gone.length === 0) return false
    this.#storage.kv.put('removedAtMs', nowMs)
    return true
  }

  /** Whether it was there. */
  removePostMortem(id: string): boolean {
    return this.#rows('DELETE FROM post_mortems WHERE id = ? RETURNING id', id).length > 0
  }

  /** Whether it was newer than what was there, or changed what is shown of its action items. */
  putPostMortem(postMortem: PublicPostMortem, actionItems: readonly PublicActionItem[]): boolean {
    const { id, publishedAtMs, updatedAtMs } = postMortem
    return (
      this.#rows(
        `INSERT INTO post_mortems (id, published_at_ms, updated_at_ms, document, action_items) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET published_at_ms = excluded.published_at_ms,
           updated_at_ms = excluded.updated_at_ms, document = excluded.document, action_items = excluded.action_items
         WHERE excluded.updated_at_ms >= post_mortems.updated_at_ms
           AND (excluded.document <> post_mortems.document OR excluded.action_items <> post_mortems.action_items)
         RETURNING id`,
        id,
        publishedAtMs,
        updatedAtMs,
        JSON.stringify(postMortem),
        JSON.stringify(actionItems),
      ).length > 0
    )
  }

  model(nowMs: number): PublicModel {
    return this.#modelOf(this.#recent(nowMs), nowMs)
  }

  #modelOf({ incidents, maintenances, own, changes }: Recent, nowMs: number): PublicModel {
    const components = this.components.shown(changes, nowMs)
    const stored = this.#page()
    const page = stored?.page ?? UNNAMED
    return {
      page: {
        id: page.publicId,
        name: page.name,
        url: this.#place.url,
        timeZone: page.timeZone,
        supportUrl: page.supportUrl,
        // An earlier version of this program kept none.
        language: page.language ?? UNNAMED.language,
        ...(page.writtenIn === undefined ? {} : { writtenIn: page.writtenIn }),
        ...(page.appearance === undefined ? {} : { appearance: page.appearance }),
        ...(this.metrics.shown.length === 0 ? {} : { hasPerformance: true }),
        ...(this.#place.isPrivate ? { isPrivate: true } : {}),
        updatedAtMs: this.#updatedAtMs(stored?.changedAtMs ?? 0),
      },
      components,
      activeIncidents: incidents.filter((incident) => incident.resolvedAtMs === null),
      incidents,
      maintenances,
      ownChanges: ownChangesShown(components, changes, own),
      postMortems: this.#rows<{ document: string }>(
        'SELECT document FROM post_mortems ORDER BY published_at_ms DESC, id LIMIT ?',
        POST_MORTEMS_MAX,
      ).map((row) => storedPostMortem(row.document)),
      metrics: this.metrics.lines(),
      thirdParties: thirdPartiesIn(this.#storage.kv),
      mirror: this.#mirror.publicMirror(),
      asOfMs: nowMs,
    }
  }

  /** What is to be told of components that changed by themselves since then. */
  changesSince(since: readonly { readonly component: string; readonly atMs: number }[], nowMs: number) {
    const recent = this.#recent(nowMs)
    const components = this.components.shown(recent.changes, nowMs)
    return since.flatMap(({ component: id, atMs }) => {
      const component = components.find((each) => each.id === id)
      return (component && changeSince(component, atMs, recent)) ?? []
    })
  }

  source(nowMs: number): PublicSource {
    const recent = this.#recent(nowMs)
    const model = this.#modelOf(recent, nowMs)
    let known: ReadonlyMap<string, EvidenceOfComponent> | null = null
    const evidence = (id: string) => {
      known ??= evidenceIn(model, recent.changes)
      return known.get(id) ?? null
    }
    const redirects = () => this.past.redirects()
    return {
      ...this.published,
      model,
      evidence,
      log: this.#log,
      redirects,
      metrics: () => this.metrics.all(),
      pages: this.#place.pages,
      links: this.#place.links,
      history: this.history,
      look: (path) => this.look.find(path),
    }
  }

  /** Its files lie elsewhere from now on. */
  forgetFiles(): void {
    this.#run('DELETE FROM written')
  }

  everything(nowMs: number): Extract<PublicChange, { kind: 'everything' }> {
    const { incidents, maintenances, postMortems } = this.model(nowMs)
    return {
      kind: 'everything',
      isMain: this.#place.isMain,
      lookPaths: this.look.paths(),
      incidentIds: incidents.map(({ id }) => id),
      maintenanceIds: maintenances.map(({ id }) => id),
      postMortemIds: postMortems.map(({ id }) => id),
      months: this.history.months(),
      metricIds: this.metrics.shown.map(({ id }) => id),
    }
  }

  get publicId(): string {
    return this.#page()?.page.publicId ?? UNNAMED.publicId
  }

  /** Of what people write on the page. */
  get language(): Language {
    return this.#page()?.page.language ?? UNNAMED.language
  }

  markStale(paths: readonly string[], urgency: number): void {
    const last = this.#rows<{ mark: number | null }>('SELECT max(mark) AS mark FROM stale')[0]?.mark ?? 0
    paths.forEach((path, i) => {
      const isBehind = mayFollow(path) || (mayLag(path) && this.written(path) !== null)
      this.#run(
        `INSERT INTO stale (path, mark, urgency) VALUES (?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET mark = excluded.mark, urgency = min(urgency, excluded.urgency)`,
        path,
        last + i + 1,
        isBehind ? Math.max(urgency, LATER) : urgency,
      )
    })
  }

  writtenPaths(like = '%'): string[] {
    return this.#rows<{ path: string }>('SELECT path FROM written WHERE path LIKE ?', like).map(({ path }) => path)
  }

  /** The images of a new look, then the most urgent first, in the order they were marked. Read as far as they are looked at. */
  *staleFiles(): Iterable<StaleFile> {
    const query = 'SELECT path, mark, urgency FROM stale'
    yield* this.#rows<StaleRow>(`${query} WHERE path GLOB '${LOOK_FOLDER}*' AND urgency = ?`, URGENT)
    yield* this.#storage.sql.exec<StaleRow>(`${query} ORDER BY urgency, mark`)
  }

  /** How many have yet to be written, of this urgency or of any. */
  pending(urgency: number | null = null): number {
    const [row] = this.#rows<{ n: number }>('SELECT count(*) AS n FROM stale WHERE ?1 IS NULL OR urgency = ?1', urgency)
    return row?.n ?? 0
  }

  clearStale({ path, mark }: Pick<StaleFile, 'path' | 'mark'>): void {
    this.#run('DELETE FROM stale WHERE path = ? AND mark = ?', path, mark)
  }

  written(path: string): { etag: string; at_ms: number } | null {
    return (
      this.#rows<{ etag: string; at_ms: number }>('SELECT etag, at_ms FROM written WHERE path = ?', path)[0] ?? null
    )
  }

  recordWritten(file: StaleFile, etag: string, nowMs: number): void {
    this.#run(
      `INSERT INTO written (path, etag, at_ms) VALUES (?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET etag = excluded.etag, at_ms = excluded.at_ms`,
      file.path,
      etag,
      nowMs,
    )
    this.clearStale(file)
    this.#mirror.add(file.path, nowMs)
    this.counts.add('filesWritten')
  }

  /** Nothing is to stand there. */
  forgetWritten(file: StaleFile, nowMs: number): void {
    const gone = this.#rows('DELETE FROM written WHERE path = ? RETURNING path', file.path)
    if (gone.length > 0) this.#mirror.add(file.path, nowMs)
    this.clearStale(file)
  }

  /** When the stored home page was rendered; 0 before the first time. */
  homeAsOfMs(): number {
    return this.written('index.html')?.at_ms ?? 0
  }

  #page(): StoredPage | null {
    return this.#storage.kv.get<StoredPage>('page') ?? null
  }

  #updatedAtMs(configChangedAtMs: number): number {
    const [row] = this.#rows<{ at: number }>(
      `SELECT max(coalesce((SELECT max(updated_at_ms) FROM incidents), 0),
                  coalesce((SELECT max(updated_at_ms) FROM post_mortems), 0)) AS at`,
    )
    const removedAtMs = this.#storage.kv.get<number>('removedAtMs') ?? 0
    return Math.max(
      configChangedAtMs,
      row?.at ?? 0,
      this.maintenances.lastChangeMs(),
      this.states.lastChangeMs(),
      removedAtMs,
    )
  }

  #recent(nowMs: number): Recent {
    const incidents = readIncidents(
      this.#storage.sql,
      'WHERE resolved_at_ms IS NULL OR resolved_at_ms >= ? ORDER BY created_at_ms DESC, id LIMIT ?',
      nowMs - WINDOW_MS,
      INCIDENTS_MAX,
    )
    const maintenances = this.maintenances.since(nowMs - WINDOW_MS)
    const own = this.states.since(nowMs - WINDOW_MS)
    return { incidents, maintenances, own, changes: stateChanges(incidents, maintenances, own) }
  }

  #postMortem(id: string): PublishedPostMortem | null {
    const [row] = this.#rows<{ document: string; action_items: string }>(
      'SELECT document, action_items FROM post_mortems WHERE id = ?',
      id,
    )
    if (row === undefined) return null
    return { postMortem: storedPostMortem(row.document), actionItems: storedActionItems(row.action_items) }
  }

  #rows<T extends Record<string, SqlStorageValue>>(query: string, ...values: (string | number | null)[]): T[] {
    return this.#storage.sql.exec<T>(query, ...values).toArray()
  }

  #run(query: string, ...values: (string | number | null)[]): void {
    this.#storage.sql.exec(query, ...values)
  }
}
