import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers'

// The Worker as tests run it: the same objects and routes as worker/index.ts, with a renderer that needs no Astro build.
// Objects are added here as they are written.
export { AlertDesk } from '../worker/coordination/alertDesk.ts'
export class IncidentRoom extends DurableObject {}
export { TestStatusPublisher as StatusPublisher } from './statusPublisher.ts'
export { SubscriberDesk } from '../worker/coordination/subscriberDesk.ts'
export class PlaybookRun extends WorkflowEntrypoint {
  override async run() {}
}

export default { fetch: () => new Response('not found', { status: 404 }) }
