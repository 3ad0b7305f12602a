import { z } from 'zod'

/** The stored file that says where old addresses lead; it is for the Worker, and in copies. */
export const REDIRECTS = 'redirects.json'

const Redirects = z.object({ format: z.literal(1), redirects: z.record(z.string(), z.string().regex(/^\/(?!\/)/)) })

export function redirectsJson(all: readonly { readonly from: string; readonly to: string }[]): string {
  return JSON.stringify({ format: 1, redirects: Object.fromEntries(all.map(({ from, to }) => [from, to])) })
}

export function readRedirects(text: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(Redirects.parse(JSON.parse(text)).redirects))
}

/** For a copy on a plain file server, which cannot answer 301: a page that leads on. `to` is relative to `from`'s folder. */
export function redirectPage(to: string): string {
  const address = to.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=${address}">
<title>Moved</title>
</head>
<body><p>This page has <a href="${address}">moved</a>.</p></body>
</html>
`
}
