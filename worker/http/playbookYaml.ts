import { LineCounter } from 'yaml'
import { Playbook } from '../domain/playbook.ts'
import { readYaml } from './readYaml.ts'

export type PlaybookAnswer =
  | { readonly ok: true; readonly playbook: Playbook }
  | { readonly ok: false; readonly errors: readonly { readonly path: string; readonly message: string }[] }

/** A playbook from its YAML; what is wrong with it otherwise, with the line or the place. */
export function playbookFromYaml(yaml: string): PlaybookAnswer {
  let document: unknown
  try {
    // Aliases are how a small document becomes an endless one; a playbook needs none.
    const lines = new LineCounter()
    const read = readYaml(yaml, lines)
    const [fault] = read.faults
    if (fault !== undefined) {
      const { line, col } = lines.linePos(fault.at)
      return unreadable(`${fault.message} at line ${line}, column ${col}`)
    }
    document = read.document.toJS({ maxAliasCount: 0 })
  } catch {
    // Deep nesting ends in a RangeError of the parser's own recursion.
    return unreadable('it cannot be parsed')
  }
  const { data, error } = Playbook.safeParse(document)
  if (data !== undefined) return { ok: true, playbook: data }
  return {
    ok: false,
    errors: error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  }
}

function unreadable(message: string): PlaybookAnswer {
  return { ok: false, errors: [{ path: '', message }] }
}
