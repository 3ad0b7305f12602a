import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { Slug } from '../domain/identifiers.ts'
import { openPushKeys } from '../storage/pushKeys.ts'
import { ChannelInput, readChannel } from './channelInput.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { folderOfPage } from './subscribers.ts'

/** What a browser needs to get notifications, and to end them. It subscribes as any other channel does. */

const TAGS = ['Subscribers']

const keyRoute = createRoute({
  method: 'get',
  path: '/api/v1/push-key',
  summary: 'The public key that browsers bind a subscription to notifications to (VAPID)',
  tags: TAGS,
  middleware: [allow('public')] as const,
  responses: {
    200: {
      description: 'An uncompressed point of P-256, in base64url',
      content: { 'application/json': { schema: z.object({ key: z.string() }) } },
    },
  },
})

/** With the id of the page whose notifications end, if not the main one. */
const Ended = z.intersection(ChannelInput, z.object({ page: Slug.optional() }))

const endRoute = createRoute({
  method: 'post',
  path: '/api/v1/push-unsubscribe',
  summary: 'End the notifications of a browser; the answer is the same whether or not it had any',
  tags: TAGS,
  middleware: [allow('public')] as const,
  request: {
    body: { required: true, content: { 'application/json': { schema: Ended } } },
  },
  responses: {
    202: { description: 'Ended', content: { 'application/json': { schema: z.object({ accepted: z.literal(true) }) } } },
    422: { description: 'Not the channel of a browser' },
  },
})

export const pushRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(keyRoute, async (c) => {
    const sealed = await c.env.SUBSCRIBER_DESK.getByName('main').sealedPushKeys()
    const { publicKey } = await openPushKeys(c.env.MASTER_KEY, sealed)
    return c.json({ key: publicKey }, 200)
  })
  .openapi(endRoute, async (c) => {
    const { page = MAIN_PAGE, ...input } = c.req.valid('json')
    const read = readChannel(input, c.env)
    if (!read.ok || read.channel.kind !== 'push')
      return problem(c, 422, 'not_a_browser', 'Send the channel of a browser: its endpoint and its keys.')
    if ((await folderOfPage(c.env.PUBLIC_FILES, page, true)) === null) return c.json({ accepted: true }, 202)
    return c.json(await c.env.SUBSCRIBER_DESK.getByName(page).leaveByChannel(read.channel), 202)
  })
