import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { DeskView, Judging } from '../domain/batchPlan.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import { NO_ORGANISATION, OrganisationForAlerts as Judged } from '../domain/organisation.ts'
import type { JudgedDraft, Tried, WantedTrial } from '../domain/tryAlert.ts'
import { judgingByDraft, tryAlert } from '../domain/tryAlert.ts'
import type { OnCallPlan } from '../storage/onCall.ts'
import { holdVersion, isOvertaken } from './configOrder.ts'
import { FlapStore } from './flapStore.ts'
import { judgingBy } from './judging.ts'
import { RuleCounts } from './ruleCounts.ts'
import { countRequest } from './senderDesk.ts'
import { SilencingDesk } from './silencingDesk.ts'

/** The part of the AlertDesk that knows by what alerts are judged, and who is on call. */
export abstract class JudgingDesk extends SilencingDesk {
  // What an earlier version stored must not keep the desk from taking alerts: the cron brings it anew within a minute.
  protected judging = judgingBy(Judged.safeParse(this.ctx.storage.kv.get('organisation')).data ?? NO_ORGANISATION)
  protected readonly flaps = new FlapStore(this.ctx.storage.sql, this.write)
  protected readonly counts = new RuleCounts(this.ctx.storage.sql, this.write)

  /** What would be decided about an alert that began now: by the rules as they are, and by a draft. Nothing is changed. */
  tryAlert(wanted: WantedTrial, draft: JudgedDraft | null): { readonly saved: Tried; readonly draft: Tried | null } {
    countRequest()
    const nowMs = Date.now()
    const view = this.view([wanted.incoming], nowMs)
    const by = (judging: Judging) => tryAlert(view, wanted, (id) => this.memory.incident(id), judging, nowMs)
    return { saved: by(this.judging), draft: draft === null ? null : by(judgingByDraft(this.judging, draft)) }
  }

  /** For how many firings of the last days each routing rule decided something. */
  ruleCounts(): Record<string, number> {
    countRequest()
    return this.counts.list(Date.now())
  }

  /** Kept here, so that an alert can be judged while D1 is gone. */
  async useOrganisation(version: number, organisation: OrganisationForAlerts): Promise<void> {
    countRequest()
    if (await isOvertaken(version, this.ctx.storage.kv, this.env)) return
    holdVersion(version, this.ctx.storage.kv)
    // The same configuration comes with every cron run.
    if (JSON.stringify(organisation) === JSON.stringify(this.judging.organisation)) return
    this.ctx.storage.kv.put('organisation', organisation)
    this.store.rowsWritten++
    this.judging = judgingBy(organisation)
    this.suppressor.useRules(organisation.inhibitRules)
    await this.release(Date.now())
  }

  /** The configuration as the desk has it; it answers while D1 is gone. */
  organisation(): OrganisationForAlerts {
    countRequest()
    return this.judging.organisation
  }

  /** Kept here, so that people are paged while D1 is gone. */
  useOnCallPlan(plan: OnCallPlan): void {
    countRequest()
    if (JSON.stringify(plan) === JSON.stringify(this.onCallPlan())) return
    this.ctx.storage.kv.put('on-call plan', plan)
  }

  /** Who is on call, as of the last minute in which D1 answered; null before the first. */
  onCallPlan(): OnCallPlan | null {
    return this.ctx.storage.kv.get<OnCallPlan>('on-call plan') ?? null
  }

  protected view(alerts: readonly IncomingAlert[], nowMs: number): DeskView {
    return { ...this.suppressor.view(alerts, nowMs), flaps: (fingerprint) => this.flaps.get(fingerprint) }
  }
}
