import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { PastDocument } from '../../worker/domain/pastDocument.ts'

/** What an import reads from and makes; the document is checked by the instance. */

/** As `PastDocument` takes it, before its defaults. */
export type PastDraft = z.input<typeof PastDocument>

export interface OtherPage {
  /** The text at a path or address; null where there is none. */
  text(path: string): Promise<string | null>
}

const ANSWER_WAIT_MS_MAX = 30_000
const BYTES_MAX = 30 * 1024 * 1024

export function pageAt(base: string, headers: Readonly<Record<string, string>> = {}): OtherPage {
  const root = new URL(base.replace(/\/*$/, '/'))
  return {
    async text(path) {
      const address = new URL(path.replace(/^\/+/, ''), root)
      const response = await fetch(address, {
        headers: { accept: 'application/json, */*;q=0.5', ...headers },
        signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
      }).catch((error: unknown) => {
        throw new Error(`${address.origin} does not answer. Is the address right?`, { cause: error })
      })
      const text = await response.text()
      if (response.status === 404) return null
      if (response.status === 403 || response.status === 429)
        throw new Error(`${address.href} answered ${response.status}: it wants a token, or fewer calls.`)
      if (!response.ok) throw new Error(`${address.href} answered ${response.status}.`)
      if (text.length > BYTES_MAX) throw new Error(`${address.href} is larger than ${BYTES_MAX} bytes.`)
      return text
    },
  }
}

export function folderAt(folder: string): OtherPage {
  return { text: (path) => readFile(join(folder, path), 'utf8').catch(() => null) }
}

/** As a schema has it; null where there is none. Throws, with the place, when it is something else. */
export async function jsonAt<T>(page: OtherPage, path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await page.text(path)
  if (text === null) return null
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error(`${path} is not JSON.`)
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${path} is not as expected: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

const ENTITY: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }
const BODY_LENGTH_MAX = 24_000

/** Others keep their texts as HTML; here they are Markdown, and what is left of tags is text. */
export function plainBody(html: string): string {
  const text = html
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/<br\s*\/?>/gi, '\n')
    .replaceAll(/<\/(?:p|div|li|h[1-6])>/gi, '\n')
    .replaceAll(/<a\s[^>]*?href="(https?:[^"]*)"[^>]*>([^<]*)<\/a>/gi, '[$2]($1)')
    .replaceAll(/<\/?[a-z][^<>]*>/gi, '')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => ENTITY[name] ?? entity)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  return text.slice(0, BODY_LENGTH_MAX)
}

export function shortTitle(title: string): string {
  const plain = plainBody(title).replaceAll(/\s+/g, ' ').trim()
  return plain === '' ? 'Without a title' : plain.slice(0, 300)
}

/** A code that may stand in an address. */
export function codeOf(value: string | number): string {
  const code = String(value)
    .replaceAll(/[^a-z0-9_-]/gi, '-')
    .slice(0, 40)
  return code === '' ? 'x' : code
}
