import { z } from 'zod'
import { oneLine } from '../../domain/alert.ts'
import type { Change, ChangeOutcome } from '../../domain/change.ts'
import { jsonIn } from '../../domain/jsonText.ts'
import { webAddress } from './alertmanagerWebhook.ts'

/** What GitHub's webhook events say of a change. Only the fields that are read are looked at. */

/** A change before it has its id and its services have been looked up. */
export interface SentChange extends Omit<Change, 'id' | 'source' | 'services'> {
  /** What makes it the same change again. */
  readonly identity: readonly string[]
  /** What its service may be called, best first. */
  readonly serviceNames: readonly string[]
}

export type GithubEvent =
  | { readonly kind: 'change'; readonly change: SentChange }
  /** Understood, and nothing that could break a service. */
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'invalid'; readonly error: z.ZodError }

export const GITHUB_EVENTS = ['deployment', 'deployment_status', 'workflow_run', 'push'] as const
export type GithubEventName = (typeof GITHUB_EVENTS)[number]

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const Person = z.object({ login: z.string() }).nullish()
const Repository = z.object({
  name: z.string().min(1),
  /** As `owner/name`. */
  full_name: z.string().nullish(),
  html_url: z.string(),
  default_branch: z.string().nullish(),
  /** Seconds in a push, a time in every other event. */
  pushed_at: z.union([z.number(), z.string()]).nullish(),
})

const DeploymentOfGithub = z.object({
  id: z.number(),
  sha: z.string(),
  ref: z.string(),
  task: z.string(),
  environment: z.string(),
  /** Whoever made it may say which service it is of, where a repository holds several. */
  payload: z.unknown().optional(),
  creator: Person,
  created_at: Time,
})

const Deployment = z.object({ deployment: DeploymentOfGithub, repository: Repository })

const DeploymentStatus = Deployment.extend({
  deployment_status: z.object({
    state: z.enum(['error', 'failure', 'inactive', 'pending', 'success', 'queued', 'in_progress', 'waiting']),
    environment_url: z.string().nullish(),
    target_url: z.string().nullish(),
    created_at: Time,
  }),
})

const WorkflowRun = z.object({
  workflow_run: z.object({
    id: z.number(),
    name: z.string().nullish(),
    run_attempt: z.number().nullish(),
    head_branch: z.string().nullish(),
    head_sha: z.string(),
    event: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    html_url: z.string(),
    actor: Person,
    created_at: Time,
    run_started_at: Time.nullish(),
    updated_at: Time,
  }),
  workflow: z.object({ name: z.string() }).nullish(),
  repository: Repository,
})

const Push = z.object({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().nullish(),
  compare: z.string().nullish(),
  head_commit: z.object({ message: z.string(), timestamp: Time }).nullish(),
  pusher: z.object({ name: z.string() }).nullish(),
  repository: Repository,
})

export function readGithubEvent(name: GithubEventName, body: unknown): GithubEvent {
  switch (name) {
    case 'deployment':
      return read(Deployment, body, (event) => ({ kind: 'change', change: deploymentChange(event) }))
    case 'deployment_status':
      return read(DeploymentStatus, body, deploymentStatus)
    case 'workflow_run':
      return read(WorkflowRun, body, workflowRun)
    case 'push':
      return read(Push, body, push)
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown, understand: (event: T) => GithubEvent): GithubEvent {
  const event = schema.safeParse(body)
  return event.success ? understand(event.data) : { kind: 'invalid', error: event.error }
}

function deploymentChange({ deployment, repository }: z.infer<typeof Deployment>): SentChange {
  const { id, sha, ref, task, environment, payload, creator, created_at: atMs } = deployment
  const what = task === 'deploy' ? 'Deployment' : `Deployment task ${task}`
  return {
    identity: ['deployment', repository.html_url, String(id)],
    serviceNames: [...serviceOfPayload(payload), repository.name, repository.full_name ?? ''],
    environment: oneLine(environment, 100) || null,
    title: oneLine(`${what} of ${repository.name} ${shortRef(ref)} to ${environment}`, 200),
    ref: sha.slice(0, 100),
    url: webAddress(`${repository.html_url}/deployments`),
    by: creator?.login ?? null,
    atMs,
    updatedAtMs: atMs,
    outcome: 'in_progress',
  }
}

const OUTCOME_OF_STATE: Record<
  Exclude<z.infer<typeof DeploymentStatus>['deployment_status']['state'], 'inactive'>,
  ChangeOutcome
> = {
  error: 'failure',
  failure: 'failure',
  success: 'success',
  pending: 'in_progress',
  queued: 'in_progress',
  in_progress: 'in_progress',
  waiting: 'in_progress',
}

function deploymentStatus(event: z.infer<typeof DeploymentStatus>): GithubEvent {
  const { state, environment_url, target_url, created_at: updatedAtMs } = event.deployment_status
  if (state === 'inactive') return ignored('a later deployment has taken the place of this one')
  const change = deploymentChange(event)
  return {
    kind: 'change',
    change: {
      ...change,
      url: webAddress(target_url) ?? webAddress(environment_url) ?? change.url,
      updatedAtMs: Math.max(updatedAtMs, change.atMs),
      outcome: OUTCOME_OF_STATE[state],
    },
  }
}

/** What a run came to; a run that did nothing is not listed. */
const OUTCOME_OF_CONCLUSION: Readonly<Record<string, ChangeOutcome>> = {
  success: 'success',
  failure: 'failure',
  timed_out: 'failure',
  startup_failure: 'failure',
  // Cut off half-way: what it had done by then stays done.
  cancelled: 'failure',
  action_required: 'in_progress',
}

function workflowRun({ workflow_run: run, workflow, repository }: z.infer<typeof WorkflowRun>): GithubEvent {
  if (run.head_branch !== repository.default_branch || run.event.startsWith('pull_request'))
    return ignored('only runs on the default branch count as changes')
  const outcome = run.status === 'completed' ? OUTCOME_OF_CONCLUSION[run.conclusion ?? ''] : 'in_progress'
  if (outcome === undefined) return ignored(`the run did nothing (${run.conclusion ?? 'no conclusion'})`)
  const name = run.name || workflow?.name || 'Workflow'
  const atMs = run.run_started_at ?? run.created_at
  return {
    kind: 'change',
    change: {
      identity: ['workflow_run', repository.html_url, String(run.id), String(run.run_attempt ?? 1)],
      serviceNames: [repository.name, repository.full_name ?? ''],
      environment: null,
      title: oneLine(`Workflow ${name} of ${repository.name} on ${run.head_branch ?? ''}`, 200),
      ref: run.head_sha.slice(0, 100),
      url: webAddress(run.html_url),
      by: run.actor?.login ?? null,
      atMs,
      updatedAtMs: Math.max(run.updated_at, atMs),
      outcome,
    },
  }
}

function push(event: z.infer<typeof Push>): GithubEvent {
  const { ref, after, deleted, compare, head_commit: commit, pusher, repository } = event
  if (deleted === true || !commit) return ignored('nothing was pushed')
  const branch = ref.replace(/^refs\/heads\//, '')
  if (branch !== repository.default_branch) return ignored('only pushes to the default branch count as changes')
  const subject = commit.message.split('\n', 1)[0] ?? ''
  // When it was pushed; the commit itself may be much older.
  const atMs = typeof repository.pushed_at === 'number' ? repository.pushed_at * 1000 : commit.timestamp
  return {
    kind: 'change',
    change: {
      identity: ['push', repository.html_url, ref, after],
      serviceNames: [repository.name, repository.full_name ?? ''],
      environment: null,
      title: oneLine(`Push to ${branch} of ${repository.name}: ${subject}`, 200),
      ref: after.slice(0, 100),
      url: webAddress(compare),
      by: pusher?.name ?? null,
      atMs,
      updatedAtMs: atMs,
      outcome: 'success',
    },
  }
}

function ignored(why: string): GithubEvent {
  return { kind: 'ignored', why }
}

const Payload = z.object({ service: z.string().min(1).max(200) })

/** GitHub passes the payload on as it was given: an object, or JSON as text. */
function serviceOfPayload(payload: unknown): string[] {
  const value = typeof payload === 'string' ? jsonIn(payload) : payload
  const found = Payload.safeParse(value)
  return found.success ? [found.data.service] : []
}

function shortRef(ref: string): string {
  return /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 7) : ref.replace(/^refs\/(heads|tags)\//, '')
}
