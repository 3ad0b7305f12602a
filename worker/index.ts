import { DurableObject, WorkflowEntrypoint } from 'cloudflare:workers'
import { handle } from '@astrojs/cloudflare/handler'
import { Hono } from 'hono'
export class AlertDesk extends DurableObject {}
export class IncidentRoom extends DurableObject {}
export class SubscriberDesk extends DurableObject {}
export class StatusPublisher extends DurableObject {
  async render() {
    const t = Date.now()
    const r = await handle(new Request('http://x/', { method: 'POST', body: JSON.stringify({ name: 'hi' }) }), this.env, this.ctx as never)
    return (await r.text()) 
  }
}
export class PlaybookRun extends WorkflowEntrypoint { override async run() {} }
const app = new Hono<{ Bindings: Env }>()
app.get('/', async (c) => c.html(await (c.env.STATUS_PUBLISHER.getByName('main') as any).render()))
app.get('/one', (c) => c.text('one'))
export default app
