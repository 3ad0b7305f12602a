import type { Judging } from './batchPlan.ts'
import type { CompileRegex } from './matchers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import { ServiceGraph } from './serviceGraph.ts'
import { compileJudge } from './triage.ts'

/** What alerts are judged by, compiled once for each configuration. Throws what `compileRegex` throws. */
export function compileJudging(organisation: OrganisationForAlerts, compileRegex: CompileRegex): Judging {
  return {
    organisation,
    judge: compileJudge(organisation, compileRegex),
    graph: new ServiceGraph(organisation.services),
  }
}
