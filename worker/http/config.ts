import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { CONFIG_SOURCES } from '../../db/schema.ts'
import type { Organisation } from '../domain/organisation.ts'
import { Organisation as Document } from '../domain/organisation.ts'
import type { ChangeOptions, ConfigNote } from '../storage/configVersions.ts'
import { database } from '../storage/database.ts'
import { loadOrganisation } from '../storage/organisation.ts'
import type { ConfigApplied, ConfigRefusal } from './configuration.ts'
import { applyConfiguration } from './configuration.ts'
import type { ConfigText, LineOf, PlacedError } from './configText.ts'
import { errorLine, organisationFromJson, organisationFromYaml, placedErrors, yamlOf } from './configText.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { actorOf, ifMatch } from './room.ts'

/** The whole configuration as one document, in JSON or YAML. */

export const VERSION_HEADER = 'Allclear-Config-Version'
export const YAML_TYPE = 'application/yaml'
const MESSAGE_LENGTH_MAX = 300

const Version = z.coerce.number().int().min(0).max(1e9)
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** Common to all that change it. */
export const ChangeQuery = z.object({
  dryRun: Flag.optional().openapi({
    type: 'string',
    enum: ['true', 'false'],
    description: '`true`: answers what would change, and changes nothing.',
  }),
  expectedVersion: Version.optional().openapi({
    type: 'integer',
    description: 'The version you saw, or `If-Match`. Another one meanwhile: 409.',
  }),
  message: z.string().trim().max(MESSAGE_LENGTH_MAX).optional().openapi({ description: 'What the change is for.' }),
  source: z.enum(CONFIG_SOURCES).optional().openapi({ description: 'By which way it comes; `api` when left out.' }),
})

const FieldChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('set'), path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
  z.object({ what: z.literal('moved'), path: z.string(), from: z.number().int(), to: z.number().int() }),
])
const thing = { kind: z.string(), id: z.string(), name: z.string().nullable() }
const ConfigChange = z.discriminatedUnion('what', [
  z.object({ what: z.literal('added'), ...thing }),
  z.object({ what: z.literal('removed'), ...thing }),
  z.object({ what: z.literal('moved'), ...thing, from: z.number().int(), to: z.number().int() }),
  z.object({ what: z.literal('changed'), ...thing, id: z.string().nullable(), fields: z.array(FieldChange) }),
])

export const PlanAnswer = z
  .object({
    version: z.number().int().openapi({ description: 'The version it was compared with.' }),
    summary: z.string(),
    changes: z.array(ConfigChange),
    tokens: z.array(z.object({ connection: z.string(), what: z.enum(['set', 'taken_away']) })),
  })
  .openapi('ConfigurationPlan')

const described = {
  json: { 'application/json': { schema: Document } },
  yaml: { [YAML_TYPE]: { schema: z.string() } },
}

export const configRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

configRoutes.openAPIRegistry.registerPath({
  method: 'get',
  path: '/api/v1/config',
  summary: 'The configuration',
  description: `Everything that POST takes, without the tokens of connections. Its responders are everyone there is. As YAML with \`Accept: ${YAML_TYPE}\` or \`?format=yaml\`: readable, without what has its default, and the same document when it is sent back. The version is the ETag, and in \`${VERSION_HEADER}\`.`,
  tags: ['Configuration'],
  request: { query: z.object({ format: z.enum(['json', 'yaml']).optional() }) },
  responses: {
    200: { description: 'The document', content: { ...described.json, ...described.yaml } },
    404: { description: 'Nothing has been configured yet' },
  },
})
configRoutes.get('/api/v1/config', allow({ role: 'admin', scope: 'config:write' }), async (c) => {
  const stored = await loadOrganisation(database(c.env.DB))
  if (stored === null) return problem(c, 404, 'not_configured', 'Nothing has been configured yet.')
  return documentAnswer(c, stored.organisation, stored.version)
})

configRoutes.openAPIRegistry.registerPath({
  method: 'post',
  path: '/api/v1/config',
  summary: 'Replace the configuration',
  description:
    'The document becomes the configuration: components, services, schedules, policies, playbooks and connections that it does not name are removed. Responders are only added or changed, never removed. A connection without `bearerToken` keeps the one it has; an empty one takes it away. Each change is kept as a version; a document that changes nothing makes none.',
  tags: ['Configuration'],
  request: {
    query: ChangeQuery,
    body: { required: true, content: { ...described.json, ...described.yaml } },
  },
  responses: {
    200: {
      description: 'As stored; with `dryRun` what would change',
      content: { 'application/json': { schema: z.union([Document, PlanAnswer]) } },
    },
    409: { description: 'An email address belongs to someone else, no admin would be left, or it has moved on' },
    415: { description: 'Neither JSON nor YAML' },
    422: { description: 'The document is not valid, or names what it does not have; `errors` says where' },
  },
})
configRoutes.post('/api/v1/config', allow({ role: 'admin', scope: 'config:write' }), async (c) => {
  const text = await c.req.text()
  const read = readerFor(c.req.header('Content-Type'))
  if (read === null)
    return problem(c, 415, 'unsupported_media_type', `Send the document as application/json or ${YAML_TYPE}.`)
  const document = read(text)
  if (!document.ok) return refuse(c, document.isReadable ? INVALID : UNREADABLE, document.errors)
  const { organisation, lineOf } = document
  return changeConfigBy(c, (...how) => applyConfiguration(c.env, organisation, ...how), null, { lineOf })
})

/** Changes the configuration as the query says, and answers. */
export async function changeConfigBy(
  c: Context<HttpEnv>,
  change: (note: ConfigNote, options: ChangeOptions) => Promise<ConfigApplied | ConfigRefusal>,
  message: string | null,
  {
    lineOf = () => undefined,
    answer: answerOf = ({ organisation, version }) => documentAnswer(c, organisation, version),
  }: { readonly lineOf?: LineOf; readonly answer?: (applied: ConfigApplied) => Response } = {},
): Promise<Response> {
  const query = ChangeQuery.safeParse(c.req.query())
  if (!query.success) {
    const errors = query.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    return refuse(c, INVALID, errors)
  }
  const { dryRun = false, source = 'api' } = query.data
  const note: ConfigNote = { by: actorOf(c.var.principal), source, message: query.data.message || message }
  const expectedVersion = query.data.expectedVersion ?? ifMatch(c)
  const answer = await change(note, { dryRun, expectedVersion })
  if (!answer.ok) return refuse(c, answer, placedErrors(answer.errors, lineOf))
  return dryRun ? planAnswer(c, answer) : answerOf(answer)
}

/** What is sent is JSON unless it says otherwise; curl's default is a form, which is not taken for either. */
function readerFor(contentType = ''): ((text: string) => ConfigText) | null {
  const [type = ''] = contentType.toLowerCase().split(';')
  if (/^(application|text)\/(x-|vnd\.)?yaml$/.test(type.trim())) return organisationFromYaml
  return /^application\/([\w.+-]+\+)?json$/.test(type.trim()) ? organisationFromJson : null
}

export function documentAnswer(c: Context<HttpEnv>, organisation: Organisation, version: number): Response {
  const headers = {
    ETag: `"${version}"`,
    [VERSION_HEADER]: String(version),
    'Cache-Control': 'no-store',
    Vary: 'Accept',
  }
  const wantsYaml = c.req.query('format') === 'yaml' || /\byaml\b/.test(c.req.header('Accept') ?? '')
  if (!wantsYaml) return c.json(organisation, 200, headers)
  const title = `The configuration of ${new URL(c.env.PUBLIC_URL).host}, version ${version}.`
  return c.body(yamlOf(organisation, title), 200, { ...headers, 'Content-Type': `${YAML_TYPE}; charset=utf-8` })
}

function planAnswer(c: Context<HttpEnv>, { version, plan }: ConfigApplied): Response {
  return c.json(plan, 200, { ETag: `"${version}"`, [VERSION_HEADER]: String(version) })
}

const INVALID = { status: 422, code: 'invalid', detail: 'The document is not valid.' } as const
const UNREADABLE = { status: 400, code: 'the_request_is_not_valid', detail: 'The document cannot be read.' } as const

function refuse(
  c: Context<HttpEnv>,
  refused: typeof INVALID | typeof UNREADABLE | ConfigRefusal,
  errors: readonly PlacedError[],
): Response {
  const [first] = errors
  return problem(c, refused.status, refused.code, first === undefined ? refused.detail : errorLine(first), {
    ...(errors.length === 0 ? {} : { errors }),
    ...('version' in refused ? { version: refused.version } : {}),
  })
}
