import type { Judging } from '../domain/batchPlan.ts'
import { compileJudging } from '../domain/judging.ts'
import { matcherFrom } from '../domain/matchers.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import type { RoutingRule } from '../domain/routingRule.ts'
import { compileMatchers } from '../domain/silence.ts'
import { compileLinearRegex } from '../storage/linearRegex.ts'

/** What alerts are judged by, of the configuration as it is stored. */
export function judgingBy(organisation: OrganisationForAlerts): Judging {
  const routingRules = organisation.routingRules.filter(isCompilable)
  return compileJudging({ ...organisation, routingRules }, compileLinearRegex)
}

/** The configuration is refused for a rule that cannot be compiled; should one be there all the same, it decides nothing. */
function isCompilable({ id, matchers }: RoutingRule): boolean {
  try {
    compileMatchers(matchers.map(matcherFrom), compileLinearRegex)
    return true
  } catch (error) {
    console.error('a routing rule is left out', { id, error: String(error) })
    return false
  }
}
