/** A tag with its quoted attributes, or a comment: enough of HTML to know what is an element and what is a value. */
const TAG = /<!--[\s\S]*?-->|<([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/g

/** An image that is opened by itself is a page of its own when it is an SVG: it may be styled, and do nothing. */
export const IMAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"

/**
 * The policy for one page: nothing runs or styles it but what its template wrote, known by hash, and our own files.
 * A style attribute is refused: templates use classes. `isFramed`: any site may show it in a frame.
 */
export async function contentSecurityPolicy(html: string, isFramed = false): Promise<string> {
  const { styles, scripts, loadsScript } = inlineElements(html)
  const styleSources = await hashes(styles)
  const scriptSources = [...(loadsScript ? ["'self'"] : []), ...(await hashes(scripts))]
  return [
    "default-src 'none'",
    `style-src ${sources(["'self'", ...styleSources])}`,
    `script-src ${sources(scriptSources)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${isFramed ? '*' : "'none'"}`,
  ].join('; ')
}

function inlineElements(html: string): { styles: string[]; scripts: string[]; loadsScript: boolean } {
  const styles: string[] = []
  const scripts: string[] = []
  let loadsScript = false
  const tags = new RegExp(TAG)
  for (let match = tags.exec(html); match !== null; match = tags.exec(html)) {
    const name = match[1]?.toLowerCase()
    if (name !== 'style' && name !== 'script' && name !== 'textarea' && name !== 'title') continue
    // Inside these, markup is text until the end tag of the same name.
    const end = endOf(name, html, tags.lastIndex)
    const content = html.slice(tags.lastIndex, end)
    if (name === 'style') styles.push(content)
    if (name === 'script') {
      if (/(?:^|\s)src\s*=/i.test(match[2] ?? '')) loadsScript = true
      else scripts.push(content)
    }
    tags.lastIndex = end
  }
  return { styles, scripts, loadsScript }
}

function endOf(name: string, html: string, from: number): number {
  const endTag = new RegExp(`</${name}`, 'gi')
  endTag.lastIndex = from
  return endTag.exec(html)?.index ?? html.length
}

function sources(list: readonly string[]): string {
  return list.length === 0 ? "'none'" : list.join(' ')
}

async function hashes(contents: readonly string[]): Promise<string[]> {
  const unique = [...new Set(contents)].filter((content) => content !== '')
  return Promise.all(unique.map(async (content) => `'sha256-${base64(await sha256(content))}'`))
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
