import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { isPlainPath } from '../worker/publishing/siteCopy.ts'
import { HOST } from './settings.ts'

/**
 * A folder as a bucket: the part of S3 that a mirror needs (PUT, GET, DELETE of an object), with its signatures
 * (AWS Signature Version 4). The Worker knows only S3, and cannot write to a disk itself.
 */

const PORT = 8735
const BODY_BYTES_MAX = 50 * 1024 * 1024
/** As S3 has it: a signature is for now. */
const CLOCK_SKEW_MS_MAX = 15 * 60_000

export interface FolderMirror {
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

export async function startFolderMirror(folder: string, prefix = 'status'): Promise<FolderMirror> {
  await mkdir(folder, { recursive: true })
  const keys = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(30).toString('base64url') }
  const server = createServer((request, response) => {
    answer(request, response, { folder, prefix, ...keys }).catch((error: unknown) => {
      console.error('The mirror’s folder could not be written', error)
      refuse(response, 500, 'InternalError', 'The folder did not take it.')
    })
  })
  // The usual port, so that the next start finds the same address, and sends only what is new.
  await listen(server, PORT).catch(() => listen(server, 0))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The mirror’s server has no port.')
  return {
    url: `http://${HOST}:${bound.port}/${prefix}`,
    region: 'auto',
    ...keys,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: HOST, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

interface Bucket {
  readonly folder: string
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

async function answer(request: IncomingMessage, response: ServerResponse, bucket: Bucket): Promise<void> {
  const body = await bodyOf(request)
  if (body === null) return refuse(response, 400, 'EntityTooLarge', `At most ${BODY_BYTES_MAX} bytes.`)
  const fault = signatureFault(request, body, bucket)
  if (fault !== null) return refuse(response, 403, ...fault)
  const { pathname } = new URL(request.url ?? '/', `http://${HOST}`)
  const path = pathname.split('/').slice(2).map(decodeURIComponent).join('/')
  if (!pathname.startsWith(`/${bucket.prefix}/`) || !isPlainPath(path))
    return refuse(response, 400, 'InvalidURI', 'That is not the path of an object.')

  const file = join(bucket.folder, path)
  if (request.method === 'PUT') {
    // Whole or not at all: a reader may come in the middle, and a machine may stop there.
    const write = async () => {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(`${file}.partial`, body)
    }
    // Its folder may have been taken away between the two.
    await write().catch(write)
    await rename(`${file}.partial`, file)
    response.writeHead(200).end()
  } else if (request.method === 'GET') {
    const bytes = await readFile(file).catch(() => null)
    if (bytes === null) refuse(response, 404, 'NoSuchKey', 'There is no such object.')
    else response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes)
  } else if (request.method === 'DELETE') {
    await rm(file, { force: true })
    await rm(`${file}.partial`, { force: true })
    await removeEmptyFolders(dirname(path), bucket.folder)
    response.writeHead(204).end()
  } else {
    refuse(response, 405, 'MethodNotAllowed', 'PUT, GET and DELETE are.')
  }
}

/** A bucket has no folders: what an empty one is called would still tell of what lay in it. */
async function removeEmptyFolders(path: string, root: string): Promise<void> {
  for (let folder = path; folder !== '.'; folder = dirname(folder)) {
    const isGone = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    )
    if (!isGone) return
  }
}

type Fault = [code: string, message: string]

/** Null when the request is signed by whoever has the key, now, and has the body that was signed. */
function signatureFault(request: IncomingMessage, body: Buffer, bucket: Bucket): Fault | null {
  const [, keyId, date, region, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    ) ?? []
  if (
    keyId === undefined ||
    date === undefined ||
    region === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  )
    return ['AccessDenied', 'The request is not signed.']
  if (keyId !== bucket.accessKeyId) return ['InvalidAccessKeyId', 'This key is not known.']

  const at = String(request.headers['x-amz-date'] ?? '')
  const atMs = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!at.startsWith(date) || !(Math.abs(Date.now() - atMs) < CLOCK_SKEW_MS_MAX))
    return ['RequestTimeTooSkewed', 'The request was signed for another time.']
  const bodyHash = String(request.headers['x-amz-content-sha256'] ?? '')
  if (bodyHash !== 'UNSIGNED-PAYLOAD' && bodyHash !== sha256(body))
    return ['XAmzContentSHA256Mismatch', 'The body is not the one that was signed.']
  const names = signedHeaders.split(';')
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name)))
    return ['AccessDenied', 'Too few headers are signed.']

  const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`)
  const canonical = [
    request.method,
    pathname
      .split('/')
      .map((part) => strictlyEncoded(decodeURIComponent(part)))
      .join('/'),
    [...searchParams]
      .map((pair) => pair.map(strictlyEncoded).join('='))
      .toSorted()
      .join('&'),
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/\s+/g, ' ')}`,
    ),
    '',
    signedHeaders,
    bodyHash,
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', at, `${date}/${region}/s3/aws4_request`, sha256(canonical)].join('\n')
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${bucket.secretAccessKey}`))
  const expected = hmac(key, toSign)
  if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return null
  return ['SignatureDoesNotMatch', 'The signature is not that of this key.']
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** RFC 3986's unreserved characters stay, and no others. */
function strictlyEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= BODY_BYTES_MAX) chunks.push(chunk)
  }
  return length > BODY_BYTES_MAX ? null : Buffer.concat(chunks)
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml)
}
