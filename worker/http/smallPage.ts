import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import { escapeMarkup } from '../publishing/text.ts'

export interface SmallPage {
  readonly title: string
  readonly text: readonly string[]
  /** A form that posts to this same address. */
  readonly button?: string
  readonly link?: { readonly href: string; readonly label: string }
  readonly status?: number
}

const STYLE = `:root{color-scheme:light dark;font:1.125rem/1.5 system-ui,sans-serif}
body{max-inline-size:32rem;margin:10vh auto;padding-inline:1rem}
button{font:inherit;font-weight:600;inline-size:100%;min-block-size:3rem;border:0;border-radius:.5rem;background:light-dark(#1d4ed8,#93c5fd);color:light-dark(#fff,#0b1220);cursor:pointer}
:focus-visible{outline:3px solid light-dark(#1d4ed8,#93c5fd);outline-offset:3px}
a{color:light-dark(#1d4ed8,#93c5fd)}`

/** A page that must work when everything but this Worker is gone: one question or one sentence, no build behind it. */
export async function smallPage({ title, text, button, link, status = 200 }: SmallPage): Promise<Response> {
  const paragraphs = text.map((line) => `<p>${escapeMarkup(line)}</p>`).join('')
  const form = button === undefined ? '' : `<form method="post"><button>${escapeMarkup(button)}</button></form>`
  const anchor = link === undefined ? '' : `<p><a href="${escapeMarkup(link.href)}">${escapeMarkup(link.label)}</a></p>`
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeMarkup(title)}</h1>${paragraphs}${form}${anchor}</main></body></html>`
  return new Response(html, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': await contentSecurityPolicy(html),
      'Cache-Control': 'no-store',
      // Not `no-referrer`: browsers then send the Origin of the form as null, which looks like another site.
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}
