import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HttpEnv } from './env.ts'
import { escapeMarkup } from '../publishing/text.ts'
import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'

/** OpenAPI 3.1, made from the very schemas the routes check with. */
export function apiDescription(app: OpenAPIHono<HttpEnv>, publicUrl: string) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Allclear',
      version: '1',
      description:
        'Send an API token as `Authorization: Bearer …`. Errors are problem details (RFC 9457). Every POST honours `Idempotency-Key`. Times are ISO 8601.',
    },
    servers: [{ url: publicUrl }],
  })
}

const METHODS = ['get', 'post', 'put', 'delete'] as const

const STYLE = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{max-inline-size:60rem;margin:2rem auto;padding-inline:1rem}
code{font-family:ui-monospace,monospace}li{margin-block:.75rem}h2{margin-block-start:2rem}`

/** The same for people: every call with what it is for. */
export async function docsPage(app: OpenAPIHono<HttpEnv>, publicUrl: string): Promise<Response> {
  const byTag = new Map<string, string[]>()
  for (const [path, item] of Object.entries(apiDescription(app, publicUrl).paths ?? {}))
    for (const method of METHODS) {
      const operation = item[method]
      if (operation === undefined) continue
      const { tags = ['Other'], summary = '', description = '' } = operation
      const line = `<li><code>${method.toUpperCase()} ${escapeMarkup(path)}</code><br><strong>${escapeMarkup(summary)}.</strong> ${escapeMarkup(description)}</li>`
      for (const tag of tags) byTag.set(tag, [...(byTag.get(tag) ?? []), line])
    }
  const sections = [...byTag].map(([tag, lines]) => `<h2>${escapeMarkup(tag)}</h2><ul>${lines.join('')}</ul>`)
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Allclear API</title><style>${STYLE}</style></head><body><main><h1>Allclear API</h1><p>Send an API token as <code>Authorization: Bearer …</code>. Bodies and answers are JSON; errors are problem details (RFC 9457). Send <code>Idempotency-Key</code> with a POST to repeat it safely. The whole description for machines is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>${sections.join('')}<h2>Live feed</h2><p><code>GET /api/v1/incidents/{id}/live?after=&lt;sequence&gt;</code> as a WebSocket: first every event after the sequence, then each as it happens.</p></main></body></html>`
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': await contentSecurityPolicy(html),
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
