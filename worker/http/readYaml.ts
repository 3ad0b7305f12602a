import { isScalar, parseDocument, visit } from 'yaml'
import type { Document, LineCounter } from 'yaml'

export interface YamlFault {
  readonly message: string
  /** How far from the beginning it stands. */
  readonly at: number
}

/**
 * YAML as it is written: a text that is none, that says a key twice, or an alias of nothing, has faults. The parser's
 * own check of keys compares each with each, which takes minutes for what one request may send.
 */
export function readYaml(text: string, lineCounter: LineCounter): { document: Document; faults: YamlFault[] } {
  const document = parseDocument(text, { lineCounter, logLevel: 'error', prettyErrors: false, uniqueKeys: false })
  const faults: YamlFault[] = document.errors.map(({ message, pos }) => ({ message, at: pos[0] }))
  const anchors = new Set<string | undefined>()
  visit(document, {
    Scalar: (_key, { anchor }) => void anchors.add(anchor),
    Seq: (_key, { anchor }) => void anchors.add(anchor),
    Map(_key, { anchor, items }) {
      anchors.add(anchor)
      const keys = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (keys.has(key.value))
          faults.push({ message: `"${String(key.value)}" stands here twice`, at: key.range?.[0] ?? 0 })
        keys.add(key.value)
      }
    },
    Alias(_key, { source, range }) {
      if (!anchors.has(source)) faults.push({ message: `there is no anchor &${source} before`, at: range?.[0] ?? 0 })
    },
  })
  return { document, faults }
}
