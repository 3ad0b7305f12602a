import { createApp } from '../worker/http/app.ts'
import { sweepEverything } from '../worker/scheduled.ts'

// The Worker as tests run it: the same objects and routes as worker/index.ts, with a renderer that needs no Astro build.
// oxlint-disable oxc/no-barrel-file -- the plugin finds objects and Workflows as exports of the entry
export { AlertDesk } from '../worker/coordination/alertDesk.ts'
export { ComponentDesk } from '../worker/coordination/componentDesk.ts'
export { HeartbeatDesk } from '../worker/coordination/heartbeatDesk.ts'
export { IncidentRoom } from '../worker/coordination/incidentRoom.ts'
export { MaintenanceDesk } from '../worker/coordination/maintenanceDesk.ts'
export { MetricDesk } from '../worker/coordination/metricDesk.ts'
export { PlaybookRun } from '../worker/coordination/playbookRun.ts'
export { SubscriberDesk } from '../worker/coordination/subscriberDesk.ts'
export { TestStatusPublisher as StatusPublisher } from './statusPublisher.ts'

/** Shows the view as text, so that a test can read what a page would have been made of. */
const app = createApp(async (path, view) => {
  const shown = JSON.stringify(view).replaceAll('<', '\\u003c')
  return new Response(`<!doctype html><title>${path}</title><pre>${shown}</pre>`, {
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  })
})

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  scheduled: (controller, env) => sweepEverything(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>
