import type { MirrorHost } from '../worker/delivery/mirrorHost.ts'
import { StatusPublisher } from '../worker/coordination/statusPublisher.ts'

/** The publisher with a renderer that shows the view as text: what it stores can be read without an Astro build. */
export class TestStatusPublisher extends StatusPublisher {
  rendererIsBroken = false
  mirrorIs: MirrorHost | null = null

  protected override mirrorHost(): MirrorHost | null {
    return this.mirrorIs
  }

  protected override async render(path: string, view: unknown): Promise<Response> {
    if (this.rendererIsBroken) throw new Error('the renderer is broken')
    const shown = JSON.stringify(view).replaceAll('<', '&lt;')
    return new Response(`<!doctype html><title>${path}</title><style>pre{margin:0}</style><pre>${shown}</pre>`, {
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
    })
  }
}
