import { parse } from 'yaml'
import { Playbook } from '../domain/playbook.ts'

export type PlaybookAnswer =
  | { readonly ok: true; readonly playbook: Playbook }
  | { readonly ok: false; readonly errors: readonly { readonly path: string; readonly message: string }[] }

/** A playbook from its YAML; what is wrong with it otherwise, with the line or the place. */
export function playbookFromYaml(yaml: string): PlaybookAnswer {
  let document: unknown
  try {
    // Aliases are how a small document becomes an endless one; a playbook needs none.
    document = parse(yaml, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    // Deep nesting ends in a RangeError of the parser's own recursion.
    const message = error instanceof Error && error.name === 'YAMLParseError' ? error.message : 'it cannot be parsed'
    return { ok: false, errors: [{ path: '', message: message.split('\n')[0]?.replace(/:$/, '') ?? message }] }
  }
  const { data, error } = Playbook.safeParse(document)
  if (data !== undefined) return { ok: true, playbook: data }
  return {
    ok: false,
    errors: error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  }
}
