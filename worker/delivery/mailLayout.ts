import type { Language } from '../domain/language.ts'
import { directionOf } from '../domain/language.ts'
import { escapeMarkup, printable } from '../publishing/text.ts'

/** Pure: the plain frame that all mail shares. No images, nothing loaded, readable in light and dark. */

export interface MailContent {
  /** Of what is not written by people; without it English. */
  readonly language?: Language
  readonly title: string
  /** What inboxes show after the subject. */
  readonly preheader: string
  /** Safe HTML. */
  readonly body: string
  /** Safe HTML below the line: why you get this, how to stop it. */
  readonly footer: string
}

const STYLE = `:root{color-scheme:light dark}
body{margin:0;padding:24px 16px;background:#fff;color:#1c2128;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:600px;margin:0 auto}
h1{font-size:22px;line-height:1.3;margin:0 0 8px}
h2,h3,h4{font-size:17px;line-height:1.3;margin:24px 0 8px}
p,ul,ol,table,pre,blockquote{margin:0 0 16px}
pre{white-space:pre-wrap}
td{padding:2px 0;padding-inline-end:16px;vertical-align:top}
a{color:#0b57d0}
.state{font-weight:600}
.muted,footer{color:#57606a;font-size:14px}
footer{margin-top:32px;padding-top:16px;border-top:1px solid #d0d7de}
.button{display:inline-block;padding:10px 18px;border-radius:6px;background:#0b57d0;color:#fff;text-decoration:none;font-weight:600}
@media (prefers-color-scheme:dark){body{background:#14181d;color:#e6e8eb}a{color:#8ab4f8}.muted,footer{color:#a4adb8}footer{border-color:#3a424c}.button{background:#8ab4f8;color:#10141a}}`

/** Keeps inboxes from filling the preview with what follows the preheader. */
const PREVIEW_END = '&#847;&zwnj;&nbsp;'.repeat(40)

export function mailHtml({ language = 'en', title, preheader, body, footer }: MailContent): string {
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeMarkup(title)}</title><style>${STYLE}</style></head>
<body><span style="display:none;max-height:0;overflow:hidden;opacity:0">${escapeMarkup(preheader)}${PREVIEW_END}</span>
<main>${body}
<footer>${footer}</footer></main></body></html>
`
}

/** A link that stands alone, big enough for a thumb. */
export function button(href: string, label: string): string {
  return `<p><a class="button" href="${escapeMarkup(href)}">${escapeMarkup(label)}</a></p>`
}

export function link(href: string, label: string): string {
  return `<a href="${escapeMarkup(href)}">${escapeMarkup(label)}</a>`
}

/** The text part: paragraphs apart, what is empty left out, nothing that a terminal might obey. */
export function mailText(paragraphs: readonly (string | null)[]): string {
  const kept = paragraphs.filter((paragraph): paragraph is string => paragraph !== null && paragraph !== '')
  return `${printable(kept.join('\n\n'))}\n`
}

/** Stable ids of ours: letters, digits and dots on the left, this instance's host on the right. */
export function messageIdOf(left: string, publicUrl: string): string {
  return `<${left.replace(/[^A-Za-z0-9._-]/g, '-')}@${new URL(publicUrl).hostname}>`
}
