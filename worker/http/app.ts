import { OpenAPIHono } from '@hono/zod-openapi'
import { apiDescription, docsPage } from './apiDescription.ts'
import { acknowledgeLinks } from './acknowledgeLinks.ts'
import { affectedLinkRoutes } from './affectedLinks.ts'
import { alertRoutes } from './alerts.ts'
import { bounceRoutes } from './bounces.ts'
import { changeRoutes } from './changes.ts'
import { componentRoutes } from './components.ts'
import { configRoutes } from './config.ts'
import { configVersionRoutes } from './configVersions.ts'
import { consoleRoutes } from './console/routes.ts'
import type { HttpEnv } from './env.ts'
import { extendLinks } from './extendLinks.ts'
import { health } from './health.ts'
import { heartbeatBadges } from './heartbeatBadges.ts'
import { heartbeatRoutes } from './heartbeats.ts'
import { honourIdempotencyKey } from './idempotency.ts'
import { importRoutes } from './importPast.ts'
import { incidentActionRoutes } from './incidentActions.ts'
import { incidentUpdateRoutes } from './incidentUpdateActions.ts'
import { incidentMoveRoutes } from './incidentMoves.ts'
import { incidentRoutes } from './incidents.ts'
import { alertmanager } from './intake/alertmanager.ts'
import { alertmanagerHook } from './intake/alertmanagerHook.ts'
import { cloudEventsHook } from './intake/cloudEventsHook.ts'
import { datadogHook } from './intake/datadogHook.ts'
import { emailHook } from './intake/email.ts'
import { githubHook } from './intake/githubHook.ts'
import { grafanaHook } from './intake/grafanaHook.ts'
import { heartbeatPings } from './intake/heartbeatPings.ts'
import { jsonHook } from './intake/json.ts'
import { opsgenie } from './intake/opsgenie.ts'
import { opsgenieHeartbeats } from './intake/opsgenieHeartbeats.ts'
import { pagerduty } from './intake/pagerduty.ts'
import { sentryHook } from './intake/sentryHook.ts'
import { snsHook } from './intake/snsHook.ts'
import { integrationRoutes } from './integrations.ts'
import { limitBody } from './limits.ts'
import { maintenanceActionRoutes } from './maintenanceActions.ts'
import { maintenanceRoutes } from './maintenances.ts'
import { metricPointRoutes } from './metricPoints.ts'
import { metricsRoutes } from './metrics.ts'
import { mirrorRoutes } from './mirror.ts'
import { answerOtherMethod, withoutSlash } from './nearMisses.ts'
import { oldAddresses } from './redirects.ts'
import { onCallRoutes } from './onCall.ts'
import { playbookRoutes } from './playbooks.ts'
import { allow } from './policy.ts'
import { handleError, handleNotFound, isUnavailable } from './problem.ts'
import { postMortemRoutes } from './postMortems.ts'
import { PageDirectory } from './pageDirectory.ts'
import { PageGate } from './pageGate.ts'
import { answerEntrance, pageSignIn } from './pageSignIn.ts'
import { PublicFileReader } from './publicFileReader.ts'
import { publicFileRoutes, publicNotFound, unavailable } from './publicFiles.ts'
import type { RenderPage } from './render.ts'
import { routingRoutes } from './routing.ts'
import { findSite } from './site.ts'
import { belongsToReaders, siteAddressOf } from './siteAddress.ts'
import { setUpRoutes } from './setUp.ts'
import { statusPageRoutes } from './statusPages.ts'
import { storedFileRoutes } from './storedFiles.ts'
import { pushRoutes } from './pushSubscriptions.ts'
import { subscriberRoutes } from './subscribers.ts'
import { subscriptionPages } from './subscriptionPages.ts'
import { tokenRoutes } from './tokens.ts'
import { twilioHooks } from './twilioHooks.ts'

/** Every route of Allclear, by noun. Pages are rendered by `render`, which tests replace. */
export function createApp(render: RenderPage): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({ getPath: (request) => siteAddressOf(new URL(request.url).pathname).path })
  const reader = new PublicFileReader()
  const directory = new PageDirectory(reader)
  const gate = new PageGate(directory, { unavailable, entrance: (c, entry) => answerEntrance(render, c, entry) })
  app.use(findSite(directory, { notFound: publicNotFound, unavailable, refusal: (c) => gate.refusal(c) }))
  app.use(limitBody)
  app.use('/api/v1/*', honourIdempotencyKey)

  app.use(oldAddresses(reader))
  app.route('/', publicFileRoutes(reader, render))
  app.route('/', subscriptionPages(render))
  app.route('/', pageSignIn(directory, render, { notFound: publicNotFound, unavailable }))
  app.route('/', acknowledgeLinks)
  app.route('/', extendLinks)
  app.route('/', health)
  app.route('/', metricsRoutes)
  app.route('/', heartbeatBadges)

  app.route('/alertmanager', alertmanager)
  app.route('/heartbeats', heartbeatPings)
  app.route('/opsgenie', opsgenieHeartbeats)
  app.route('/opsgenie', opsgenie)
  app.route('/pagerduty', pagerduty)
  for (const hook of [
    jsonHook,
    alertmanagerHook,
    grafanaHook,
    githubHook,
    cloudEventsHook,
    snsHook,
    sentryHook,
    datadogHook,
    emailHook,
    twilioHooks,
  ])
    app.route('/hooks', hook)

  for (const routes of [
    setUpRoutes,
    configRoutes,
    configVersionRoutes,
    tokenRoutes,
    integrationRoutes,
    incidentRoutes,
    incidentActionRoutes,
    incidentUpdateRoutes,
    incidentMoveRoutes,
    alertRoutes,
    changeRoutes,
    componentRoutes,
    heartbeatRoutes,
    metricPointRoutes,
    maintenanceRoutes,
    maintenanceActionRoutes,
    onCallRoutes,
    playbookRoutes,
    routingRoutes,
    postMortemRoutes,
    subscriberRoutes,
    pushRoutes,
    bounceRoutes,
    statusPageRoutes,
    storedFileRoutes,
    affectedLinkRoutes,
    mirrorRoutes,
    importRoutes,
  ])
    app.route('/', routes)
  app.get('/api/v1/openapi.json', allow('public'), (c) => c.json(apiDescription(app, c.env.PUBLIC_URL)))
  app.get('/api/v1/docs', allow('public'), (c) => docsPage(app, c.env.PUBLIC_URL))

  app.route('/', consoleRoutes(render))
  for (const path of ['/_astro/*', '/favicon.svg', '/robots.txt', '/sw.js', '/push-worker.js', '/offline-worker.js'])
    app.get(path, allow('public'), (c) => c.env.ASSETS.fetch(c.req.raw))

  app.onError((error, c) => {
    if (!belongsToReaders(c.req.path) || !isUnavailable(error)) return handleError(error, c)
    console.error('Storage did not answer a reader', c.req.method, c.req.path, error)
    return unavailable(c)
  })
  app.notFound((c) =>
    belongsToReaders(c.req.path)
      ? (answerOtherMethod(c, app.router) ?? withoutSlash(c, app.router) ?? publicNotFound(c))
      : handleNotFound(c),
  )
  return app
}
