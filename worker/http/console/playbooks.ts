import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import { Slug } from '../../domain/identifiers.ts'
import { database } from '../../storage/database.ts'
import type { StoredPlaybook } from '../../storage/playbooks.ts'
import { loadOrganisation, savePlaybook } from '../../storage/organisation.ts'
import { findPlaybook, listPlaybooks } from '../../storage/playbooks.ts'
import { playbookIn } from '../configFaults.ts'
import { refusalFor } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { playbookFromYaml } from '../playbookYaml.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { answerPage, byConsole, readForm } from './pages.ts'
import type { ListedPlaybook, PlaybookView, PlaybooksView } from './playbookViews.ts'

/** Playbooks: what they are, and writing them as YAML. They are run in an incident's room. */

const YAML_LENGTH_MAX = 50_000

const EXAMPLE = `name: Checkout answers errors
description: Find out whether it is us or the payment provider, and take the load off.
services: []
steps:
  - kind: diagnose
    title: Does the shop answer?
    url: https://shop.example/health
    expectStatus: 200
  - kind: ask
    title: Does the provider report a problem?
    options: ["Yes", "No"]
  - kind: approve
    title: Are we ready to tell customers?
  - kind: update
    title: Tell customers
    audience: public
    status: identified
    body: Some payments fail. We have found the cause and are working on it.
  - kind: wait
    title: Give it two minutes
    seconds: 120
`

export function playbookPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/playbooks', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const [stored, organisation] = await Promise.all([
      listPlaybooks(database(c.env.DB)),
      c.env.ALERT_DESK.getByName('main').organisation(),
    ])
    const view: PlaybooksView = {
      ...reader(c),
      notice: c.req.query('done') === 'saved' ? 'The playbook is saved. Runs that have begun keep their steps.' : null,
      playbooks: stored.map((playbook) => listed(playbook, organisation.services)),
      example: EXAMPLE,
    }
    return answerPage(render, '/console/playbooks', view)
  })

  routes.get('/console/playbooks/new', allow({ role: 'manager', scope: 'config:write' }), (c) =>
    playbookPage(c, { known: null, id: '', yaml: c.req.query('from') === 'example' ? EXAMPLE : '', errors: [] }),
  )

  routes.get('/console/playbooks/:id', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const stored = await findPlaybook(database(c.env.DB), c.req.param('id'))
    if (stored === null) return problem(c, 404, 'unknown_playbook', 'There is no playbook with this id.')
    return playbookPage(c, { known: knownAs(stored), ...stored, errors: [] })
  })

  routes.post('/console/playbooks', allow({ role: 'manager', scope: 'config:write' }), async (c) => {
    const field = await readForm(c)
    const sent = { id: field('id').slice(0, 200), yaml: await yamlOf(c) }
    const db = database(c.env.DB)
    const errors = [...wrongId(sent.id), ...(await wrongYaml(c, sent.yaml))]
    if (errors.length === 0 && (await findPlaybook(db, sent.id)) !== null)
      errors.push({ path: 'id', message: 'There is a playbook with this id already. Choose another.' })
    if (errors.length === 0) errors.push(...(await refusedToSave(c, sent)))
    if (errors.length > 0) return playbookPage(c, { known: null, ...sent, errors }, 422)
    return c.redirect('/console/playbooks?done=saved', 303)
  })

  routes.post('/console/playbooks/:id', allow({ role: 'manager', scope: 'config:write' }), async (c) => {
    const db = database(c.env.DB)
    const stored = await findPlaybook(db, c.req.param('id'))
    if (stored === null) return problem(c, 404, 'unknown_playbook', 'There is no playbook with this id.')
    const sent = { id: stored.id, yaml: await yamlOf(c) }
    const errors = await wrongYaml(c, sent.yaml)
    if (errors.length === 0) errors.push(...(await refusedToSave(c, sent)))
    if (errors.length > 0) return playbookPage(c, { known: knownAs(stored), ...sent, errors }, 422)
    return c.redirect('/console/playbooks?done=saved', 303)
  })

  function playbookPage(
    c: Context<HttpEnv>,
    shown: Pick<PlaybookView, 'known' | 'id' | 'yaml' | 'errors'>,
    status = 200,
  ): Promise<Response> {
    const view: PlaybookView = { ...reader(c), notice: null, ...shown }
    return answerPage(render, '/console/playbook', view, status)
  }

  return routes
}

function reader(c: Context<HttpEnv>): Pick<PlaybooksView, 'me' | 'canEdit'> {
  const { name, role } = c.var.principal
  return { me: { name }, canEdit: includesRole(role, 'manager') }
}

function listed(
  { id, yaml }: StoredPlaybook,
  services: readonly { readonly id: string; readonly name: string }[],
): ListedPlaybook {
  const parsed = playbookFromYaml(yaml)
  if (!parsed.ok) {
    const [first] = parsed.errors
    const reason = first === undefined ? 'It is not a playbook.' : `${first.path} ${first.message}`.trim()
    return { id, name: id, description: '', services: [], steps: [], problem: reason }
  }
  const { name, description, steps } = parsed.playbook
  return {
    id,
    name,
    description,
    services: parsed.playbook.services.map((service) => ({
      id: service,
      name: services.find((each) => each.id === service)?.name ?? service,
    })),
    steps: steps.map(({ kind, title }) => ({ kind, title })),
    problem: null,
  }
}

function knownAs({ id, yaml }: StoredPlaybook): { id: string; name: string } {
  const parsed = playbookFromYaml(yaml)
  return { id, name: parsed.ok ? parsed.playbook.name : id }
}

type Errors = { path: string; message: string }[]

async function refusedToSave(c: Context<HttpEnv>, playbook: StoredPlaybook): Promise<Errors> {
  const saved = await savePlaybook(database(c.env.DB), playbook, byConsole(c), Date.now())
  return saved.ok ? [] : [{ path: '', message: refusalFor(saved).detail }]
}

function wrongId(id: string): Errors {
  const parsed = Slug.safeParse(id)
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => ({ path: 'id', message }))
}

async function wrongYaml(c: Context<HttpEnv>, yaml: string): Promise<Errors> {
  if (yaml.trim() === '') return [{ path: '', message: 'Write the playbook first.' }]
  if (yaml.length > YAML_LENGTH_MAX)
    return [{ path: '', message: `A playbook has at most ${YAML_LENGTH_MAX.toLocaleString('en')} characters.` }]
  const stored = await loadOrganisation(database(c.env.DB))
  const parsed = playbookIn(stored?.organisation ?? null, yaml)
  return parsed.ok ? [] : [...parsed.errors]
}

/** Leading spaces mean something in YAML; line ends come as CR LF from browsers. */
async function yamlOf(c: Context<HttpEnv>): Promise<string> {
  const { yaml } = await c.req.parseBody()
  return typeof yaml === 'string' ? yaml.replaceAll('\r\n', '\n') : ''
}
