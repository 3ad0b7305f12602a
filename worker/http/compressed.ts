/** What is smaller than a packet gains nothing. */
const BYTES_MIN = 1_400

/** Compressed once a file, not once a reader; a file that nobody holds any more takes its copy along. */
const gzipped = new WeakMap<ArrayBuffer, Promise<ArrayBuffer>>()

/**
 * The body gzipped, for readers who take it; null where it should go as it is. An edge in front compresses too, but
 * the embedded host has none, and its readers are on a phone as well.
 */
export async function gzipFor(acceptEncoding: string | undefined, body: ArrayBuffer): Promise<ArrayBuffer | null> {
  if (body.byteLength < BYTES_MIN || !takesGzip(acceptEncoding)) return null
  const known = gzipped.get(body)
  if (known !== undefined) return known
  const compressing = new Response(new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()
  gzipped.set(body, compressing)
  return compressing
}

/** RFC 9110, 12.5.3: a weight of 0 means no. */
function takesGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? '').split(',').some((entry) => {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
    if (coding !== 'gzip' && coding !== '*') return false
    return !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}
