import { NEVER_ASKED, afterPoll, dependencyFact, knownStatus } from '../domain/dependency.ts'
import type {
  Dependency,
  DependencyFact,
  DependencyState,
  KnownDependency,
  ShownThirdParty,
} from '../domain/dependency.ts'
import { askStatusPage } from '../delivery/statuspageSummary.ts'

/** Third parties as the ComponentDesk follows them: what they said last, in its own SQLite. It holds no rules. */

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS dependencies (id TEXT PRIMARY KEY, next_at_ms INTEGER NOT NULL, document TEXT NOT NULL)'
const KEY = 'dependencies'
const PUBLISHED_KEY = 'third parties published'

export class DependencyWatch {
  readonly #storage: DurableObjectStorage
  readonly #privateTargets: string
  #asking: Promise<boolean> | null = null

  constructor(storage: DurableObjectStorage, privateTargets: string) {
    this.#storage = storage
    this.#privateTargets = privateTargets
    storage.sql.exec(SCHEMA)
  }

  /** Earlier versions knew no pages. */
  get #followed(): readonly Dependency[] {
    const stored = this.#storage.kv.get<readonly Dependency[]>(KEY) ?? []
    return stored.map((each) => ({ ...each, pages: each.pages ?? [], asComponent: each.asComponent ?? false }))
  }

  /** Whether they differ from what was there. One at another address, or of which other parts matter, begins anew. */
  use(dependencies: readonly Dependency[]): boolean {
    const before = new Map(this.#followed.map((each) => [each.id, asked(each)]))
    if (JSON.stringify(this.#followed) === JSON.stringify(dependencies)) return false
    this.#storage.kv.put(KEY, dependencies)
    const same = dependencies.filter((each) => before.get(each.id) === asked(each)).map(({ id }) => id)
    this.#storage.sql.exec(
      'DELETE FROM dependencies WHERE id NOT IN (SELECT value FROM json_each(?))',
      JSON.stringify(same),
    )
    return true
  }

  all(nowMs: number): KnownDependency[] {
    return this.#followed.map((dependency) => {
      const state = this.#state(dependency.id)
      return { dependency, state, status: knownStatus(state, nowMs) }
    })
  }

  facts(nowMs: number): ReadonlyMap<string, DependencyFact> {
    return new Map(this.#followed.map((each) => [each.id, dependencyFact(each, this.#state(each.id), nowMs)]))
  }

  /** When one is to be asked next; null: there is none. */
  nextAtMs(): number | null {
    const times = this.#followed.map(({ id }) => this.#state(id).nextAtMs)
    return times.length === 0 ? null : Math.min(...times)
  }

  /** Asks those that are due, all at once. Resolves with whether anybody was asked. Never throws. */
  ask(nowMs: number): Promise<boolean> {
    this.#asking ??= this.#askDue(nowMs).finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  /** Whether readers have something else of them. */
  isNews(shown: readonly ShownThirdParty[]): boolean {
    return JSON.stringify(shown) !== (this.#storage.kv.get<string>(PUBLISHED_KEY) ?? '[]')
  }

  notePublished(shown: readonly ShownThirdParty[]): void {
    this.#storage.kv.put(PUBLISHED_KEY, JSON.stringify(shown))
  }

  get isAsking(): boolean {
    return this.#asking !== null
  }

  async #askDue(nowMs: number): Promise<boolean> {
    const due = this.#followed.filter(({ id }) => this.#state(id).nextAtMs <= nowMs)
    await Promise.all(due.map((dependency) => this.#askOne(dependency)))
    return due.length > 0
  }

  async #askOne(dependency: Dependency): Promise<void> {
    const outcome = await askStatusPage(dependency.url, this.#state(dependency.id).etag, this.#privateTargets).catch(
      (error: unknown) => {
        console.error(`The status page of ${dependency.id} could not be asked`, error)
        return { kind: 'failed', error: 'it could not be asked' } as const
      },
    )
    // Meanwhile it may have become another.
    const now = this.#followed.find(({ id }) => id === dependency.id)
    if (now === undefined || asked(now) !== asked(dependency)) return
    const state = afterPoll(this.#state(dependency.id), dependency, outcome, Date.now())
    this.#storage.sql.exec(
      `INSERT INTO dependencies VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET next_at_ms = excluded.next_at_ms, document = excluded.document`,
      dependency.id,
      state.nextAtMs,
      JSON.stringify(state),
    )
  }

  #state(id: string): DependencyState {
    const [row] = this.#storage.sql
      .exec<{ document: string }>('SELECT document FROM dependencies WHERE id = ?', id)
      .toArray()
    return row === undefined ? NEVER_ASKED : stateFrom(row.document)
  }
}

/** What an answer depends on. */
function asked({ url, watches }: Dependency): string {
  return JSON.stringify([url, watches])
}

/** Reads back what `#askOne` wrote; nobody else writes this column. An earlier version kept nothing of their components. */
function stateFrom(document: string): DependencyState {
  const stored = JSON.parse(document) as Partial<DependencyState>
  return { ...NEVER_ASKED, ...stored, ...(stored.parts === undefined ? { etag: null } : {}) }
}
