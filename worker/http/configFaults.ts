import { danglingInPlaybook, danglingReferences } from '../domain/danglingReference.ts'
import type { DanglingReference } from '../domain/danglingReference.ts'
import { compileRule } from '../domain/inhibition.ts'
import { compileMatcher, matcherFrom } from '../domain/matchers.ts'
import type { Organisation } from '../domain/organisation.ts'
import { addressesWithToken } from '../storage/connections.ts'
import { cronFault } from '../storage/cronTimes.ts'
import type { Database } from '../storage/database.ts'
import { linearRegexes } from '../storage/linearRegex.ts'
import { listResponders } from '../storage/responders.ts'
import { playbookFromYaml } from './playbookYaml.ts'
import type { PlaybookAnswer } from './playbookYaml.ts'

/** What the schema cannot see: references, playbooks, and tokens that would go to another host. */
export async function faultsOf(db: Database, wanted: Organisation): Promise<DanglingReference[]> {
  const emails = new Set(wanted.responders.map(({ email }) => email.toLowerCase()))
  // Someone known by email takes the id that the document gives them.
  const staying = (await listResponders(db)).filter(({ email }) => !emails.has(email.toLowerCase()))
  const withToken = await addressesWithToken(
    db,
    wanted.connections.map(({ id }) => id),
  )
  const compileRegex = linearRegexes()
  return [
    ...danglingReferences(
      wanted,
      staying.map(({ id }) => id),
    ),
    ...wanted.inhibitRules.flatMap((rule, i) => refusalOf(`inhibitRules.${i}`, () => compileRule(rule, compileRegex))),
    ...wanted.routingRules.flatMap(({ matchers }, i) =>
      matchers.flatMap((text, j) =>
        refusalOf(`routingRules.${i}.matchers.${j}`, () => compileMatcher(matcherFrom(text), compileRegex)),
      ),
    ),
    ...wanted.statusPage.componentRules.flatMap(({ when }, i) =>
      (when.alerts ?? []).flatMap((text, j) =>
        refusalOf(`statusPage.componentRules.${i}.when.alerts.${j}`, () =>
          compileMatcher(matcherFrom(text), compileRegex),
        ),
      ),
    ),
    ...wanted.heartbeats.flatMap(({ cron, timeZone }, i) => {
      const fault = cron === undefined ? null : cronFault(cron, timeZone, Date.now())
      return fault === null ? [] : [{ path: `heartbeats.${i}.cron`, message: fault }]
    }),
    ...wanted.playbooks.flatMap(({ yaml }, i) => {
      const answer = playbookIn(wanted, yaml)
      return (answer.ok ? [] : answer.errors).map(({ path, message }) => ({
        path: `playbooks.${i}.yaml`,
        message: path === '' ? message : `${path}: ${message}`,
      }))
    }),
    ...wanted.connections.flatMap(({ id, url, bearerToken }, i) => {
      const known = withToken.get(id)
      if (known === undefined || bearerToken !== undefined || new URL(known).origin === new URL(url).origin) return []
      // Else whoever may configure could have a token sent to an address of their own, and so read it.
      return [
        { path: `connections.${i}.bearerToken`, message: 'the host has changed, so the token has to be sent again' },
      ]
    }),
  ]
}

/** A playbook from its YAML, if it names only what the configuration has. Before there is one it may name anything. */
export function playbookIn(organisation: Organisation | null, yaml: string): PlaybookAnswer {
  const answer = playbookFromYaml(yaml)
  if (!answer.ok || organisation === null) return answer
  const errors = danglingInPlaybook(answer.playbook, organisation)
  return errors.length === 0 ? answer : { ok: false, errors }
}

/** What an edit breaks. What was broken before, as by removing a person, must not keep anything else from being changed. */
export async function newFaultsOf(
  db: Database,
  before: Organisation,
  after: Organisation,
): Promise<DanglingReference[]> {
  const faults = await faultsOf(db, after)
  if (faults.length === 0) return []
  const known = new Set((await faultsOf(db, before)).map((fault) => identityOf(before, fault)))
  return faults.filter((fault) => !known.has(identityOf(after, fault)))
}

/** The same wherever in its list the entry stands, and wherever in the entry the fault. */
function identityOf(organisation: Organisation, { path, message }: DanglingReference): string {
  const [kind = '', index = '', ...rest] = path.split('.')
  const list: unknown = Object.entries(organisation).find(([name]) => name === kind)?.[1]
  const entry: unknown = Array.isArray(list) ? list[Number(index)] : undefined
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined
  return JSON.stringify([kind, id, rest.filter((part) => !/^\d+$/.test(part)), message])
}

/** The regexes of matchers are checked by compiling them. */
function refusalOf(path: string, compile: () => unknown): DanglingReference[] {
  try {
    compile()
    return []
  } catch (error) {
    return [{ path, message: error instanceof Error ? error.message : 'not a regex' }]
  }
}
