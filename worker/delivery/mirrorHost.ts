import { AwsClient } from 'aws4fetch'
import { reasonOf } from './outcome.ts'

/** The second host of the status page: a bucket that speaks S3. A failure throws, with what the host said. */
export interface MirrorHost {
  /** Where its files are written; when it changes, everything is written anew. */
  readonly target: string
  /** Where readers open it; null while nobody has said. */
  readonly publicUrl: string | null
  put(path: string, file: MirroredFile): Promise<void>
  remove(path: string): Promise<void>
  /** As a reader gets it; null when it is not there. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>
}

export interface MirroredFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly sha256: string
}

export interface MirrorSettings {
  readonly url: string
  /** Empty: nobody has said, and it is read with a signature. */
  readonly publicUrl: string
  readonly region: string
  /** Without a key the bucket says no, and the console says so: the page goes on. */
  readonly accessKeyId: string | undefined
  readonly secretAccessKey: string | undefined
}

const TIMEOUT_MS = 10_000
const FILE_BYTES_MAX = 20 * 1024 * 1024
const REASON_LENGTH_MAX = 200
/** As at the origin: a reader asks each time, and gets what is there. */
const CACHE_CONTROL = 'public, max-age=0, must-revalidate'

type MirrorBindings = Pick<
  Env,
  'MIRROR_URL' | 'MIRROR_PUBLIC_URL' | 'MIRROR_REGION' | 'MIRROR_ACCESS_KEY_ID' | 'MIRROR_SECRET_ACCESS_KEY'
>

/** As the operator has set it; null without one. */
export function configuredMirror(env: MirrorBindings): MirrorHost | null {
  const { MIRROR_URL: url, MIRROR_PUBLIC_URL: publicUrl, MIRROR_REGION: region } = env
  if (!url) return null
  const { MIRROR_ACCESS_KEY_ID: accessKeyId, MIRROR_SECRET_ACCESS_KEY: secretAccessKey } = env
  return s3Mirror({ url, publicUrl, region, accessKeyId, secretAccessKey })
}

export function s3Mirror(settings: MirrorSettings): MirrorHost {
  const target = settings.url.replace(/\/+$/, '')
  const publicUrl = settings.publicUrl ? settings.publicUrl.replace(/\/+$/, '') : null
  const { accessKeyId = '', secretAccessKey = '', region } = settings
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 })

  const call = async (
    method: string,
    path: string,
    init: { headers?: HeadersInit; body?: Uint8Array<ArrayBuffer> } = {},
  ) => {
    const request = await client.sign(addressOf(target, path), { method, ...init })
    return answered(
      `${method} ${path}`,
      fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' }),
    )
  }

  return {
    target,
    publicUrl,
    async put(path, { bytes, type, sha256 }) {
      const headers = { 'Content-Type': type, 'Cache-Control': CACHE_CONTROL, 'X-Amz-Content-Sha256': sha256 }
      const response = await call('PUT', path, { headers, body: bytes })
      if (!response.ok) throw await refusal(response, `PUT ${path}`)
      await response.body?.cancel()
    },
    async remove(path) {
      const response = await call('DELETE', path)
      if (!response.ok && response.status !== 404) throw await refusal(response, `DELETE ${path}`)
      await response.body?.cancel()
    },
    async read(path) {
      // Readers have no key: what they cannot read without one is not a mirror for them.
      const response =
        publicUrl === null
          ? await call('GET', path)
          : await answered(
              `GET ${path}`,
              fetch(addressOf(publicUrl, path), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'follow' }),
            )
      if (response.status === 404) {
        await response.body?.cancel()
        return null
      }
      if (!response.ok) throw await refusal(response, `GET ${path}`)
      if (Number(response.headers.get('Content-Length') ?? 0) > FILE_BYTES_MAX) {
        await response.body?.cancel()
        throw new Error(`GET ${path}: it is larger than ${FILE_BYTES_MAX} bytes`)
      }
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** A folder on it, as if it were the whole; the folder's name ends with a slash. */
export function mirrorFolder(host: MirrorHost, folder: string): MirrorHost {
  if (folder === '') return host
  const within = (address: string) => `${address}/${folder.replace(/\/$/, '')}`
  return {
    target: within(host.target),
    publicUrl: host.publicUrl === null ? null : within(host.publicUrl),
    put: (path, file) => host.put(folder + path, file),
    remove: (path) => host.remove(folder + path),
    read: (path) => host.read(folder + path),
  }
}

function addressOf(base: string, path: string): string {
  return `${base}/${path.split('/').map(encodeURIComponent).join('/')}`
}

async function answered(what: string, response: Promise<Response>): Promise<Response> {
  try {
    return await response
  } catch (error) {
    throw new Error(`${what}: ${reasonOf(error)}`, { cause: error })
  }
}

/** S3 says in XML what is wrong; its code and message are enough. */
async function refusal(response: Response, what: string): Promise<Error> {
  const text = (await response.text().catch(() => '')).slice(0, 4000)
  const [, code = ''] = /<Code>([^<]*)<\/Code>/.exec(text) ?? []
  const [, message = ''] = /<Message>([^<]*)<\/Message>/.exec(text) ?? []
  const said = [code, message].filter((part) => part !== '').join(': ')
  return new Error(`${what}: ${response.status}${said === '' ? '' : ` ${said}`}`.slice(0, REASON_LENGTH_MAX))
}
