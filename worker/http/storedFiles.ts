import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { isInternal, isOfPage, isPublicPath, publicPlaces } from '../domain/pageDirectory.ts'
import { isPlainPath } from '../publishing/siteCopy.ts'
import { furtherPages } from '../storage/statusPages.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** The stored files of the status page as they lie in the bucket, for who copies them. */

const FILES_A_PAGE = 500
const TAGS = ['Status page']
const VIEWER = { role: 'viewer', scope: 'incidents:read' } as const

const StoredFiles = z.object({
  /** Where the page is. */
  origin: z.url(),
  /** Where the further public pages are, and the folders that their files lie in. */
  pages: z.array(z.object({ url: z.url(), folder: z.string() })),
  files: z.array(
    z.object({ path: z.string(), type: z.string(), bytes: z.number().int(), sha256: z.string().nullable() }),
  ),
  /** Where the list goes on; null at its end. */
  next: z.string().nullable(),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-page/files',
  summary: 'The stored files of the status page',
  description:
    'All that anyone can read, by path; private pages are not among it. `npx allclear export-site` copies them.',
  tags: TAGS,
  middleware: [allow(VIEWER)] as const,
  request: { query: z.object({ after: z.string().max(2000).optional() }) },
  responses: { 200: { description: 'A part of the list', content: { 'application/json': { schema: StoredFiles } } } },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-page/file',
  summary: 'One stored file',
  tags: TAGS,
  middleware: [allow(VIEWER)] as const,
  request: {
    query: z.object({
      path: z.string().refine((path) => isPlainPath(path) && !isInternal(path), 'not the path of a file'),
    }),
  },
  responses: {
    200: { description: 'Its bytes, with its own type' },
    404: { description: 'There is none at this path (any more)' },
  },
})

export const storedFileRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const { after } = c.req.valid('query')
    const listed = await c.env.PUBLIC_FILES.list({
      limit: FILES_A_PAGE,
      include: ['httpMetadata', 'customMetadata'],
      ...(after === undefined ? {} : { cursor: after }),
    })
    const pages = publicPlaces(await furtherPages(c.env.PUBLIC_FILES))
    const files = listed.objects
      .filter(({ key }) => isPublicPath(key, pages))
      .map(({ key, size, httpMetadata, customMetadata }) => ({
        path: key,
        type: httpMetadata?.contentType ?? 'application/octet-stream',
        bytes: size,
        sha256: customMetadata?.['etag'] ?? null,
      }))
    const origin = c.env.PUBLIC_URL.replace(/\/+$/, '')
    return c.json({ origin, pages, files, next: listed.truncated ? listed.cursor : null }, 200)
  })
  .openapi(readRoute, async (c) => {
    const { path } = c.req.valid('query')
    const pages = isOfPage(path) ? publicPlaces(await furtherPages(c.env.PUBLIC_FILES)) : []
    const object = isPublicPath(path, pages) ? await c.env.PUBLIC_FILES.get(path) : null
    if (object === null) return problem(c, 404, 'unknown_file', 'There is no such file on the status page.')
    return new Response(object.body, {
      headers: {
        'Content-Type': object.httpMetadata?.contentType ?? 'application/octet-stream',
        'Cache-Control': 'no-store',
        // It is for programs; opened in a browser it must not become a page of this address.
        'Content-Disposition': 'attachment',
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'X-Content-Type-Options': 'nosniff',
      },
    })
  })
