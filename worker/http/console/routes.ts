import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import type { RenderPage } from '../render.ts'
import { alertPages } from './alerts.ts'
import { cataloguePages } from './catalogue.ts'
import { catalogueEditPages } from './catalogueEdit.ts'
import { changePages } from './changes.ts'
import { componentRulePages } from './componentRules.ts'
import { componentPages } from './components.ts'
import { configurationPages } from './configuration.ts'
import { appearancePages } from './appearance.ts'
import { furtherPagePages } from './furtherPages.ts'
import { heartbeatPages } from './heartbeats.ts'
import { incidentPages } from './incidents.ts'
import { integrationMessagePages } from './integrationMessages.ts'
import { integrationPages } from './integrations.ts'
import { maintenancePages } from './maintenance.ts'
import { metricPages } from './metrics.ts'
import { onCallPages } from './onCall.ts'
import { passkeyRoutes } from './passkeys.ts'
import { playbookPages } from './playbooks.ts'
import { postMortemPages } from './postMortems.ts'
import { roomPages } from './room.ts'
import { routingPages } from './routing.ts'
import { routingBenchPages } from './routingBench.ts'
import { settingsRoutes } from './settings.ts'
import { silencePages } from './silences.ts'
import { signInRoutes } from './signIn.ts'
import { affectedLinkPages } from './affectedLinks.ts'
import { audiencePages } from './audiences.ts'
import { dependencyPages } from './dependencies.ts'
import { embeddingPages } from './embedding.ts'
import { updateTemplatePages } from './updateTemplates.ts'
import { statusPagePages } from './statusPage.ts'

/** Everything under `/console`. */
export function consoleRoutes(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  routes.route('/', signInRoutes(render))
  routes.route('/', passkeyRoutes())
  routes.route('/', settingsRoutes(render))
  routes.route('/', incidentPages(render))
  routes.route('/', integrationPages(render))
  routes.route('/', integrationMessagePages(render))
  routes.route('/', roomPages(render))
  // Before the pages of single services: `new` is no id.
  routes.route('/', catalogueEditPages(render))
  routes.route('/', cataloguePages(render))
  routes.route('/', changePages(render))
  routes.route('/', configurationPages(render))
  routes.route('/', alertPages(render))
  routes.route('/', silencePages(render))
  routes.route('/', routingPages(render))
  routes.route('/', routingBenchPages(render))
  routes.route('/', heartbeatPages(render))
  routes.route('/', onCallPages(render))
  routes.route('/', componentPages(render))
  routes.route('/', componentRulePages(render))
  routes.route('/', metricPages(render))
  routes.route('/', updateTemplatePages(render))
  routes.route('/', maintenancePages(render))
  routes.route('/', statusPagePages(render))
  routes.route('/', furtherPagePages(render))
  routes.route('/', appearancePages(render))
  routes.route('/', embeddingPages(render))
  routes.route('/', dependencyPages(render))
  routes.route('/', affectedLinkPages(render))
  routes.route('/', audiencePages(render))
  routes.route('/', playbookPages(render))
  routes.route('/', postMortemPages(render))
  return routes
}
