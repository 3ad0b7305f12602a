import type { ComponentRule, OpenIncidentFact } from '../domain/componentRule.ts'
import { ruleKey } from '../domain/componentRule.ts'
import { database } from '../storage/database.ts'
import { listIncidents } from '../storage/incidents.ts'

/** What rules of components are judged by, asked of those who know it. */

const OPEN_INCIDENTS_MAX = 200

/** None is asked for when no rule needs it. Throws when those who know do not answer: what held goes on then. */
export async function ruleFacts(
  env: Env,
  rules: readonly ComponentRule[],
): Promise<{ readonly incidents: readonly OpenIncidentFact[]; readonly firing: ReadonlySet<string> }> {
  const byAlerts = rules.flatMap((rule) => (rule.when.alerts === undefined ? [] : [{ rule, alerts: rule.when.alerts }]))
  const byIncidents = rules.some(({ when }) => when.severity !== undefined || when.service !== undefined)
  const [incidents, fires] = await Promise.all([
    byIncidents ? openIncidents(env) : [],
    byAlerts.length === 0 ? [] : env.ALERT_DESK.getByName('main').whichFire(byAlerts.map(({ alerts }) => alerts)),
  ])
  return { incidents, firing: new Set(byAlerts.filter((_, i) => fires[i] === true).map(({ rule }) => ruleKey(rule))) }
}

async function openIncidents(env: Env): Promise<OpenIncidentFact[]> {
  const rows = await listIncidents(database(env.DB), { open: true, limit: OPEN_INCIDENTS_MAX })
  return rows.map(({ id, title, severity, services }) => ({
    id,
    title,
    severity,
    services: services.split(' ').filter((service) => service !== ''),
  }))
}
