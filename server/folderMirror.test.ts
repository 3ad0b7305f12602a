import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { s3Mirror } from '../worker/delivery/mirrorHost.ts'
import { startFolderMirror, type FolderMirror } from './folderMirror.ts'

/** The client that the Worker uses, signing with aws4fetch, against a server that checks signatures by the specification. */

let folder = ''
let server: FolderMirror

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mirror-'))
  server = await startFolderMirror(folder)
})
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

function mirror(changes: Partial<Parameters<typeof s3Mirror>[0]> = {}) {
  return s3Mirror({ ...server, publicUrl: '', ...changes })
}

function file(text: string) {
  const bytes = new TextEncoder().encode(text)
  return { bytes, type: 'text/html; charset=utf-8', sha256: createHash('sha256').update(bytes).digest('hex') }
}

const written = () => readdir(folder, { recursive: true })

describe('a mirror', () => {
  it.each(['index.html', 'incidents/abc/index.html', "a b/ü+(1)'!~.txt", 'api/v2/summary.json'])(
    'takes %s, gives it back, and lets it go',
    async (path) => {
      await mirror().put(path, file('All is well.'))
      expect(await readFile(join(folder, path), 'utf8')).toBe('All is well.')
      expect(new TextDecoder().decode((await mirror().read(path)) ?? undefined)).toBe('All is well.')
      await mirror().remove(path)
      expect(await mirror().read(path)).toBeNull()
      await mirror().remove(path)
      // Nor any folder that would tell of it.
      expect(await readdir(folder)).toEqual([])
    },
  )

  it.each([
    ['another secret', { secretAccessKey: 'guessed' }, '403 SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIA' }, '403 InvalidAccessKeyId'],
  ])('refuses %s, and says so', async (_, changes, reason) => {
    await expect(mirror(changes).put('index.html', file('x'))).rejects.toThrow(reason)
    await expect(mirror(changes).read('index.html')).rejects.toThrow(reason)
    await expect(mirror(changes).remove('index.html')).rejects.toThrow(reason)
    expect(await written()).toEqual([])
  })

  it('refuses a body that is not the signed one', async () => {
    await expect(mirror().put('index.html', { ...file('x'), sha256: '0'.repeat(64) })).rejects.toThrow(
      'XAmzContentSHA256Mismatch',
    )
    expect(await written()).toEqual([])
  })

  it('refuses what is not signed at all, and paths out of the folder', async () => {
    expect((await fetch(`${server.url}/index.html`, { method: 'PUT', body: 'x' })).status).toBe(403)
    for (const path of ['..\\x', 'a\0b', 'a:b'])
      await expect(mirror().put(path, file('x')), path).rejects.toThrow(/40[03]/)
    expect(await written()).toEqual([])
  })

  it('says that nobody is there', async () => {
    await server.stop()
    await expect(mirror().put('index.html', file('x'))).rejects.toThrow('PUT index.html: ')
    server = await startFolderMirror(folder)
  })

  it('reads as readers do where they have an address of their own', async () => {
    await expect(mirror({ publicUrl: server.url }).read('index.html')).rejects.toThrow('403 AccessDenied')
  })
})
