import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { judgeRules } from '../domain/componentRule.ts'
import { shownThirdParties } from '../domain/dependency.ts'
import type { KnownDependency } from '../domain/dependency.ts'
import type {
  ComponentCommand,
  ComponentRefusal,
  OwnComponentState,
  RecordedComponentEvent,
} from '../domain/ownComponentState.ts'
import { decideComponent, evolveComponent } from '../domain/ownComponentState.ts'
import { count } from '../storage/counters.ts'
import { DependencyWatch } from './dependencyWatch.ts'
import { retryAtMs } from './backOff.ts'
import { ruleFacts } from './componentFacts.ts'
import type { ComponentNews, ComponentSettings } from './componentStore.ts'
import { ComponentStore } from './componentStore.ts'
import { holdVersion, isOvertaken } from './configOrder.ts'
import { withPatience } from './patience.ts'

export interface ComponentRequest {
  readonly component: string
  readonly command: Extract<ComponentCommand, { type: 'set_status' | 'give_back' }>
  readonly by: Actor
  /** The version the sender saw; another present version refuses the command. */
  readonly expectedVersion?: number | undefined
  /** A command with a key that was carried out before changes nothing more. */
  readonly idempotencyKey?: string | undefined
}

export type ComponentAnswer =
  | { readonly ok: true; readonly state: OwnComponentState }
  | { readonly ok: false; readonly reason: ComponentRefusal; readonly state: OwnComponentState | null }

/** How long an answer waits until readers have it; what takes longer goes on by alarm. */
const PUBLISH_PATIENCE_MS = 3_000
/** Alerts come in batches: their rules are looked at once for all that come within this time. */
const RECHECK_AFTER_MS = 1_000

/**
 * The single writer of what components are by themselves. It holds no rules: `domain/ownComponentState.ts` and
 * `domain/componentRule.ts` decide. Rules are judged by how things are, not by what happened, so that a missed call
 * costs a minute and never a state.
 */
export class ComponentDesk extends DurableObject<Env> {
  readonly #store = new ComponentStore(this.ctx.storage)
  readonly #watch = new DependencyWatch(this.ctx.storage, this.env.PRIVATE_TARGETS)
  #publishing: Promise<void> = Promise.resolve()
  #showing: Promise<void> = Promise.resolve()
  #judging: Promise<void> | null = null
  #draining: Promise<void> | null = null
  /** Something happened that rules may want to know. */
  #recheckAtMs: number | null = null

  async useSettings(version: number, settings: ComponentSettings): Promise<void> {
    this.#countRequest()
    const { kv } = this.ctx.storage
    if (await isOvertaken(version, kv, this.env)) return
    const { changed, hasOthers } = this.ctx.storage.transactionSync(() => {
      holdVersion(version, kv)
      const others = this.#watch.use(settings.dependencies ?? [])
      return { changed: this.#store.useSettings(settings) || others, hasOthers: others }
    })
    if (!changed) return
    if (hasOthers) this.ctx.waitUntil(this.#showThirdParties())
    await this.recheckSoon()
    await this.#arm()
  }

  /** When it returns, what the command says is on disk, and readers have it if they can. */
  async submit(request: ComponentRequest): Promise<ComponentAnswer> {
    this.#countRequest()
    const { component, command, by, expectedVersion, idempotencyKey } = request
    const before = this.#store.state(component)
    const isKnown = this.#store.settings.components.some(({ id }) => id === component)
    if (!isKnown && before.version === 0) return { ok: false, reason: 'unknown_component', state: null }
    if (idempotencyKey !== undefined && this.#store.knowsKey(idempotencyKey)) return { ok: true, state: before }
    if (expectedVersion !== undefined && expectedVersion !== before.version)
      return { ok: false, reason: 'stale_version', state: before }
    const answer = this.#decideAndCommit(component, command, by, idempotencyKey)
    if (!answer.ok) return answer
    await this.#arm()
    await withPatience(this.#publish(), PUBLISH_PATIENCE_MS)
    return answer
  }

  /** What components are by themselves: those of the configuration, in its order. */
  async list(): Promise<
    { readonly component: ComponentSettings['components'][number]; readonly state: OwnComponentState }[]
  > {
    this.#countRequest()
    return this.#store.settings.components.map((component) => ({ component, state: this.#store.state(component.id) }))
  }

  /** Third parties, with what is known of them; their components only where they are asked for. */
  async dependencies(parts: 'with parts' | 'without parts' = 'without parts'): Promise<KnownDependency[]> {
    this.#countRequest()
    const all = this.#watch.all(Date.now())
    return parts === 'with parts' ? all : all.map((each) => ({ ...each, state: { ...each.state, parts: [] } }))
  }

  /** Who did what, and why; newest first. Of all components, or of one. */
  async log(component: string | null, limit: number): Promise<RecordedComponentEvent[]> {
    this.#countRequest()
    return this.#store.log(component, limit)
  }

  /** Something happened that rules may want to know. Many calls at once are one look. */
  async recheckSoon(): Promise<void> {
    this.#countRequest()
    if (this.#store.settings.rules.length === 0 && this.#store.states().every(({ ruled }) => ruled === null)) return
    this.#recheckAtMs ??= Date.now() + RECHECK_AFTER_MS
    await this.#arm()
  }

  /** Never throws: a throw would spend the platform's few retries, and then nothing would end by itself. */
  override async alarm(): Promise<void> {
    await this.#drain(false)
  }

  /** From the cron: looks at every rule, and does what is due, also where no alarm stands for it. */
  async sweep(nowMs: number): Promise<void> {
    this.#countRequest()
    this.#store.forget(nowMs)
    await this.#drain(true)
  }

  #decideAndCommit(component: string, command: ComponentCommand, by: Actor, idempotencyKey?: string): ComponentAnswer {
    const before = this.#store.state(component)
    const nowMs = Date.now()
    const decision = decideComponent(before, command, by, nowMs)
    if (!decision.ok) return { ok: false, reason: decision.reason, state: before }
    const { event, by: author, tellsSubscribers } = decision
    const recorded = { component, atMs: nowMs, by: author, event }
    const state = this.#store.commit({
      before,
      recorded,
      evolve: (sequence) => evolveComponent(before, { ...recorded, sequence }),
      newsDueMs: tellsSubscribers ? nowMs + this.#store.settings.noticeSeconds * 1000 : null,
      idempotencyKey,
    })
    return { ok: true, state }
  }

  #drain(looksAtRules: boolean): Promise<void> {
    this.#draining ??= this.#drainOnce(looksAtRules).finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  async #drainOnce(looksAtRules: boolean): Promise<void> {
    try {
      const nowMs = Date.now()
      this.#follow(nowMs)
      for (const { id } of this.#store.ended(nowMs)) this.#decideAndCommit(id, { type: 'run_clock' }, SYSTEM)
      const { nextRuleMs } = this.#store
      // Nothing noted: this object may have been gone since it was told that something happened.
      if (looksAtRules || (this.#recheckAtMs ?? nowMs) <= nowMs || (nextRuleMs !== null && nextRuleMs <= nowMs))
        await this.#judge()
      await this.#publish()
      await this.#showThirdParties()
      await this.#tell()
    } catch (error) {
      console.error('The component desk could not finish its work', error)
    } finally {
      await this.#arm()
    }
  }

  #judge(): Promise<void> {
    this.#judging ??= this.#judgeOnce().finally(() => {
      this.#judging = null
    })
    return this.#judging
  }

  /** While those who know do not answer, what held goes on. */
  async #judgeOnce(): Promise<void> {
    this.#recheckAtMs = null
    const { rules } = this.#store.settings
    const before = this.#store.states()
    if (rules.length === 0 && before.every(({ ruled }) => ruled === null)) return
    try {
      const facts = await ruleFacts(this.env, rules)
      const nowMs = Date.now()
      const judged = judgeRules(rules, { ...facts, dependencies: this.#watch.facts(nowMs) }, this.#store.holding, nowMs)
      this.ctx.storage.transactionSync(() => this.#store.keepHolding(judged))
      const components = new Set([...judged.ruled.keys(), ...before.map(({ id }) => id)])
      for (const id of components)
        this.#decideAndCommit(id, { type: 'apply_rules', ruled: judged.ruled.get(id) ?? null }, SYSTEM)
    } catch (error) {
      console.error('The rules of components could not be judged; the next minute tries again', error)
      this.#recheckAtMs = null
    }
  }

  /** Nothing waits for third parties: what they say is looked at when it is there. */
  #follow(nowMs: number): void {
    const nextAtMs = this.#watch.nextAtMs()
    if (nextAtMs === null || nextAtMs > nowMs || this.#watch.isAsking) return
    const asked = this.#watch.ask(nowMs).then(() => this.recheckSoon())
    this.ctx.waitUntil(asked.then(() => this.#showThirdParties()).then(() => this.#arm()))
  }

  /** One at a time: an earlier state must not overtake a later one. */
  #publish(): Promise<void> {
    this.#publishing = this.#publishing.then(() => this.#publishDue())
    return this.#publishing
  }

  async #publishDue(): Promise<void> {
    const changes = this.#store.unpublished()
    const version = changes.at(-1)?.sequence
    const { dueMs, attempts } = this.#store.publishing
    if (version === undefined || dueMs > Date.now()) return
    try {
      await this.env.STATUS_PUBLISHER.getByName('main').publishComponentStates(version, changes)
      this.#store.notePublished(version)
    } catch (error) {
      console.error('The states of components could not be published', error)
      this.#store.postponePublishing(retryAtMs(attempts, Date.now()), attempts + 1)
    }
  }

  /** One at a time: what was said earlier must not overtake what was said later. */
  #showThirdParties(): Promise<void> {
    this.#showing = this.#showing.then(() => this.#showThirdPartiesOnce())
    return this.#showing
  }

  /** What readers have of them; what could not be published now is by the next minute. Never throws. */
  async #showThirdPartiesOnce(): Promise<void> {
    const shown = shownThirdParties(this.#watch.all(Date.now()))
    if (!this.#watch.isNews(shown)) return
    try {
      await this.env.STATUS_PUBLISHER.getByName('main').publishThirdParties(shown)
      this.#watch.notePublished(shown)
    } catch (error) {
      console.error('What third parties say could not be published', error)
    }
  }

  /** One notice of all that is due. What a component went through meanwhile is told as one change, or not at all. */
  async #tell(): Promise<void> {
    const nowMs = Date.now()
    const news = this.#store.news(nowMs)
    const last = news.at(-1)
    if (last === undefined) return
    try {
      await this.#announce(news, last)
      this.#store.finishNews(news)
    } catch (error) {
      console.error('Changes of components could not be told', error)
      this.#store.postponeNews(news, retryAtMs(last.attempts, nowMs))
    }
  }

  async #announce(news: readonly ComponentNews[], last: ComponentNews): Promise<void> {
    const first = new Map(news.toReversed().map(({ component, atMs }) => [component, atMs]))
    const since = Array.from(first, ([component, atMs]) => ({ component, atMs }))
    const { page, changes } = await this.env.STATUS_PUBLISHER.getByName('main').changesSince(since)
    if (changes.length === 0) return
    const announcement = { page, id: String(last.sequence), changes, atMs: last.atMs }
    await this.env.SUBSCRIBER_DESK.getByName('main').announceComponents(announcement)
  }

  async #arm(): Promise<void> {
    // While somebody is asked, the answer arms.
    const nextAskMs = this.#watch.isAsking ? null : this.#watch.nextAtMs()
    const due = [this.#store.nextDueMs(), this.#recheckAtMs, nextAskMs].filter((atMs) => atMs !== null)
    if (due.length === 0) return
    const atMs = Math.max(Math.min(...due), Date.now())
    const alarmMs = await this.ctx.storage.getAlarm()
    if (alarmMs === null || alarmMs !== atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'ComponentDesk' }, 1)
  }
}
