// First of all: schemas learn to describe themselves only if they are made after this.
import '@hono/zod-openapi'
import { env, waitUntil } from 'cloudflare:workers'
import { handle } from '@astrojs/cloudflare/handler'
import { StatusPublisher as Publisher } from './coordination/statusPublisher.ts'
import { createApp } from './http/app.ts'
import { renderRequest, withContentSecurityPolicy } from './http/render.ts'
import { takeMail } from './http/returnedMail.ts'
import { sweepEverything } from './scheduled.ts'

// oxlint-disable oxc/no-barrel-file -- Cloudflare finds objects and Workflows as exports of the entry
export { AlertDesk } from './coordination/alertDesk.ts'
export { ComponentDesk } from './coordination/componentDesk.ts'
export { HeartbeatDesk } from './coordination/heartbeatDesk.ts'
export { IncidentRoom } from './coordination/incidentRoom.ts'
export { MaintenanceDesk } from './coordination/maintenanceDesk.ts'
export { MetricDesk } from './coordination/metricDesk.ts'
export { PlaybookRun } from './coordination/playbookRun.ts'
export { SubscriberDesk } from './coordination/subscriberDesk.ts'

/** Astro needs of a request's context only a way to go on after the answer. */
const context = { waitUntil } as ExecutionContext

function renderPage(path: string, view: unknown): Promise<Response> {
  return handle(renderRequest(path, view), env, context)
}

/** The publisher, with Astro as its renderer. Tests give it a plain one. */
export class StatusPublisher extends Publisher {
  protected override render(path: string, view: unknown): Promise<Response> {
    return renderPage(path, view)
  }
}

// One app an isolate: what it holds in memory is worth holding.
const app = createApp(async (path, view) => withContentSecurityPolicy(await renderPage(path, view)))

const worker = {
  fetch: (request, bindings, ctx) => app.fetch(request, bindings, ctx),
  email: (message, bindings) => takeMail(message, bindings),
  scheduled: (controller, bindings) => sweepEverything(bindings, controller.scheduledTime),
} satisfies ExportedHandler<Env>

export default worker

/** The same by a name, for the embedded host: to the default export of a Worker with assets Miniflare sends all by way of two more. */
export const direct = { fetch: worker.fetch } satisfies ExportedHandler<Env>

/** A page as its view makes it, for tests: only who starts the Worker can reach an entrypoint by its name. */
export const pages = {
  fetch: async (request) =>
    withContentSecurityPolicy(await renderPage(new URL(request.url).pathname, await request.json())),
} satisfies ExportedHandler<Env>
