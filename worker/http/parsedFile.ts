import type { StoredFile } from './publicFileReader.ts'

/** Reads a stored file's text by `parse`, once as long as it is the same file that the reader holds. */
export function parsedOnce<Parsed>(parse: (text: string) => Parsed): (file: Pick<StoredFile, 'body'>) => Parsed {
  const known = new WeakMap<ArrayBuffer, { readonly parsed: Parsed }>()
  return ({ body }) => {
    const before = known.get(body)
    if (before !== undefined) return before.parsed
    const parsed = parse(new TextDecoder().decode(body))
    known.set(body, { parsed })
    return parsed
  }
}
