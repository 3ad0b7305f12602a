import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { includesRole } from '../domain/actor.ts'
import { Name } from '../domain/catalogue.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { Slug } from '../domain/identifiers.ts'
import { Language } from '../domain/language.ts'
import { normaliseNumber } from '../domain/phoneNumber.ts'
import { IMPACTS } from '../domain/publicModel.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import { Level, parseFilter, readerFilter, writeFilter } from '../domain/readerFilter.ts'
import { SubscriberState, normaliseEmail } from '../domain/subscriber.ts'
import type { Subscriber } from '../domain/subscriber.ts'
import { folderOf, isPrivate } from '../domain/pageDirectory.ts'
import { publishedComponents, unresolvedIncident } from '../storage/publishedPage.ts'
import { furtherPages } from '../storage/statusPages.ts'
import { authenticate } from './authenticate.ts'
import { ChannelInput, readChannel } from './channelInput.ts'
import { allDesks } from './desks.ts'
import type { HttpEnv } from './env.ts'
import { allow, includesScope } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** Subscribers of the status page, for programs. */

const Email = z
  .string()
  .max(320)
  .transform((text, context) => {
    const email = normaliseEmail(text)
    if (email !== null) return email
    context.addIssue({ code: 'custom', message: 'not an email address' })
    return z.NEVER
  })
const NewSubscriber = z.object({
  email: Email.optional(),
  /** Instead of the address for mail. */
  channel: ChannelInput.optional(),
  /** Only incidents that touch one of these; without it, all. */
  components: z.array(Slug).max(500).optional(),
  /** Names of groups: all their components, also those to come. */
  groups: z.array(Name).max(100).optional(),
  impact: z.enum(IMPACTS).optional(),
  level: Level.optional(),
  postMortems: z.boolean().optional(),
  language: Language.optional(),
  /** The id of another status page than the main one. Of a private one only managers subscribe others this way. */
  page: Slug.optional(),
  /** The id of an incident that is not over: only its updates, until it is. */
  incident: z.string().max(64).optional(),
  /** The operator vouches for the address, so it is asked for nothing. Needs the role manager. */
  confirmed: z.boolean().optional(),
})
const SubscriberAnswer = z.object({
  id: z.string(),
  channel: z.string(),
  /** As it may be shown: of chats and webhooks only the host. */
  address: z.string(),
  email: z.string().nullable(),
  /** What they want, as the query of a URL; empty for everything. */
  filter: z.string(),
  /** The one incident that is followed. */
  incident: z.object({ id: z.string(), title: z.string() }).nullable(),
  state: SubscriberState,
  components: z.array(z.string()).nullable(),
  postMortems: z.boolean(),
  createdAt: z.iso.datetime(),
  confirmedAt: z.iso.datetime().nullable(),
})

const Taken = z.object({
  accepted: z.literal(true),
  /** What the webhook’s deliveries are signed with; it is not shown again. */
  secret: z.string().optional(),
})

const TAGS = ['Subscribers']
const MANAGER = { role: 'manager', scope: 'subscribers:write' } as const

const subscribeRoute = createRoute({
  method: 'post',
  path: '/api/v1/subscribers',
  summary: 'Subscribe an address to the status page',
  description:
    'Open to anyone, with `email` or another `channel`: a request to confirm is sent there, and it is subscribed once ' +
    'that was answered. A webhook confirms by answering with the challenge, or by the link. The answer is the same ' +
    'whether or not the address is known. What is wanted may also stand in the query, as in the address of a filtered ' +
    'page or feed (`?component=checkout&impact=major`); what the body says holds over it. A manager may send `confirmed: true` to import addresses that have agreed.',
  tags: TAGS,
  middleware: [allow('public')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewSubscriber } } } },
  responses: {
    202: { description: 'Taken', content: { 'application/json': { schema: Taken } } },
    422: { description: 'No address that can be told, or a component that does not exist' },
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/subscribers',
  summary: 'Subscribers, newest first',
  tags: TAGS,
  middleware: [allow(MANAGER)] as const,
  request: {
    query: z.object({
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      page: Slug.default(MAIN_PAGE),
    }),
  },
  responses: {
    200: {
      description: 'A page of them',
      content: {
        'application/json': { schema: z.object({ subscribers: z.array(SubscriberAnswer), total: z.number() }) },
      },
    },
  },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/subscribers/{id}',
  summary: 'Delete a subscriber and all that is kept of them',
  tags: TAGS,
  middleware: [allow(MANAGER)] as const,
  request: { params: z.object({ id: z.string().max(64) }), query: z.object({ page: Slug.default(MAIN_PAGE) }) },
  responses: { 204: { description: 'Gone' }, 404: { description: 'The page has none with this id' } },
})

const eraseRoute = createRoute({
  method: 'delete',
  path: '/api/v1/subscribers',
  summary: 'Delete all that is kept of an address',
  tags: TAGS,
  middleware: [allow(MANAGER)] as const,
  request: {
    query: z.object({
      email: Email.optional(),
      number: z.string().max(40).optional().openapi({ example: '+491701234567' }),
    }),
  },
  responses: {
    204: { description: 'Gone' },
    404: { description: 'Nothing is kept of this address' },
    422: { description: 'Neither an email address nor a phone number' },
  },
})

export const subscriberRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(subscribeRoute, async (c) => {
    const { email, channel: input, confirmed, page = MAIN_PAGE, incident: incidentId, ...wanted } = c.req.valid('json')
    if ((email === undefined) === (input === undefined))
      return problem(c, 422, 'one_channel', 'Send either `email` or `channel`.')
    if (confirmed === true) {
      const principal = await authenticate(c, { fresh: true })
      if (principal === null) return problem(c, 401, 'unauthorised', 'Importing confirmed addresses needs a sign-in.')
      if (!includesRole(principal.role, MANAGER.role) || !includesScope(principal, MANAGER.scope))
        return problem(c, 403, 'role_too_low', 'Importing confirmed addresses needs the role manager.')
    }
    const folder = await folderOfPage(c.env.PUBLIC_FILES, page, confirmed === true)
    if (folder === null) return problem(c, 422, 'unknown_page', `There is no public status page with the id ${page}.`)
    const filter = filterOf(wanted, new URL(c.req.url).searchParams)
    const unknown = await unknownComponent(c.env.PUBLIC_FILES, filter.components, folder)
    if (unknown !== null) return problem(c, 422, 'unknown_component', `There is no component with the id ${unknown}.`)
    const incident =
      incidentId === undefined ? undefined : await unresolvedIncident(c.env.PUBLIC_FILES, incidentId, folder)
    if (incident === null) return problem(c, 422, 'unknown_incident', 'There is no such incident, or it is over.')
    const read = input === undefined ? null : readChannel(input, c.env)
    if (read?.ok === false) return problem(c, 422, 'address_refused', read.fault)
    const answer = await c.env.SUBSCRIBER_DESK.getByName(page).subscribe({
      email,
      channel: read?.channel,
      filter,
      incident,
      confirmed,
      ip: c.req.header('CF-Connecting-IP'),
    })
    return c.json(read === null || read.secret === null ? answer : { ...answer, secret: read.secret }, 202)
  })
  .openapi(listRoute, async (c) => {
    const { offset, limit, page } = c.req.valid('query')
    // Whoever names a page that is none must not make a desk for it.
    if ((await folderOfPage(c.env.PUBLIC_FILES, page, true)) === null) return c.json({ subscribers: [], total: 0 }, 200)
    const { subscribers, total } = await c.env.SUBSCRIBER_DESK.getByName(page).list(offset, limit)
    return c.json({ subscribers: subscribers.map(asAnswer), total }, 200)
  })
  .openapi(removeRoute, async (c) => {
    const { page } = c.req.valid('query')
    const isPage = (await folderOfPage(c.env.PUBLIC_FILES, page, true)) !== null
    if (!isPage || !(await c.env.SUBSCRIBER_DESK.getByName(page).remove(c.req.valid('param').id)))
      return problem(c, 404, 'unknown_subscriber', `The status page ${page} has no subscriber with this id.`)
    return c.body(null, 204)
  })
  .openapi(eraseRoute, async (c) => {
    const { email, number: text } = c.req.valid('query')
    const number = text === undefined ? null : normaliseNumber(text)
    if ((email === undefined) === (number === null))
      return problem(c, 422, 'one_address', 'Send either `email`, or `number` with its country code.')
    // Whoever asks for it means every page.
    const erased = await Promise.all(
      (await allDesks(c.env)).map(async (desk) =>
        email === undefined ? desk.erase({ number: number ?? '' }) : desk.erase({ email }),
      ),
    )
    if (!erased.includes(true)) return problem(c, 404, 'unknown_subscriber', 'Nothing is kept of this address.')
    return c.body(null, 204)
  })

/**
 * By the query, as a page or a feed has it, and by the body over it. Nobody gets post-mortems without asking, unless they
 * ask for nothing else: the filter of a page that shows them asks for them.
 */
function filterOf(
  wanted: Partial<Omit<z.infer<typeof NewSubscriber>, 'email' | 'channel'>>,
  query: URLSearchParams,
): ReaderFilter {
  const asked = parseFilter(query)
  const {
    components = asked.components,
    groups = asked.groups,
    impact = asked.impact,
    level = asked.level,
    language = asked.language,
    postMortems = asked.postMortems && writeFilter(asked) !== '',
  } = wanted
  return readerFilter({ components, groups, impact, level, language, postMortems })
}

/** Null: there is no such page, or it is not for everybody. */
export async function folderOfPage(bucket: R2Bucket, id: string, mayBePrivate: boolean): Promise<string | null> {
  if (id === MAIN_PAGE) return ''
  const entry = (await furtherPages(bucket)).find((each) => each.id === id)
  if (entry === undefined || (isPrivate(entry) && !mayBePrivate)) return null
  return folderOf({ id, isPrivate: isPrivate(entry) })
}

/** The first of these ids that the status page does not show; a wrong one would mean never being told. */
export async function unknownComponent(bucket: R2Bucket, ids: readonly string[], folder = ''): Promise<string | null> {
  if (ids.length === 0) return null
  const known = await publishedComponents(bucket, folder)
  if (known === null) return null
  return ids.find((id) => !known.some((component) => component.id === id)) ?? null
}

function asAnswer(subscriber: Subscriber): z.infer<typeof SubscriberAnswer> {
  const { id, kind, address, state, filter, createdAtMs, confirmedAtMs } = subscriber
  return {
    id,
    channel: kind,
    address,
    email: kind === 'email' ? address : null,
    state,
    filter: writeFilter(filter),
    incident: subscriber.incident,
    components: filter.components.length === 0 ? null : [...filter.components],
    postMortems: filter.postMortems,
    createdAt: new Date(createdAtMs).toISOString(),
    confirmedAt: confirmedAtMs === null ? null : new Date(confirmedAtMs).toISOString(),
  }
}
