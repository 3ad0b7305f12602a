import type { env } from 'cloudflare:workers'
import { runInDurableObject } from 'cloudflare:test'
import type { MirrorHost } from '../worker/delivery/mirrorHost.ts'
import { COPY_MANIFEST, CopyManifest } from '../worker/publishing/copyManifest.ts'
import { TestStatusPublisher } from './statusPublisher.ts'

/** A host in memory; `refuses` makes it say no, as a bucket does to a wrong key. */
export class TestHost implements MirrorHost {
  /** As text, for who reads it or damages it. */
  readonly files = new Map<string, string>()
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>()
  puts: string[] = []
  removed: string[] = []
  refuses = false
  readonly publicUrl = 'https://copy.example'
  readonly target: string

  constructor(target = 'https://bucket.example/status') {
    this.target = target
  }

  async put(path: string, { bytes }: { bytes: Uint8Array }): Promise<void> {
    this.puts.push(path)
    if (this.refuses) throw new Error(`PUT ${path}: 403 SignatureDoesNotMatch`)
    this.files.set(path, new TextDecoder().decode(bytes))
    this.#bytes.set(path, new Uint8Array(bytes))
  }

  async remove(path: string): Promise<void> {
    if (this.refuses) throw new Error(`DELETE ${path}: 503 SlowDown`)
    this.removed.push(path)
    this.files.delete(path)
  }

  async read(path: string) {
    const [text, bytes] = [this.files.get(path), this.#bytes.get(path)]
    if (text === undefined) return null
    return bytes !== undefined && new TextDecoder().decode(bytes) === text ? bytes : new TextEncoder().encode(text)
  }

  manifest(folder = ''): CopyManifest {
    return CopyManifest.parse(JSON.parse(this.files.get(folder + COPY_MANIFEST) ?? ''))
  }
}

/** Until its memory is gone. */
export async function useMirrorHost(
  stub: ReturnType<typeof env.STATUS_PUBLISHER.getByName>,
  host: MirrorHost | null,
): Promise<void> {
  await runInDurableObject(stub, (instance) => {
    if (!(instance instanceof TestStatusPublisher)) throw new Error('test/worker.ts binds another class')
    instance.mirrorIs = host
  })
}
