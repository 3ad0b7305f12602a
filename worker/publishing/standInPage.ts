import { directionOf } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import { ERROR_WORDS } from '../domain/words/errorWords.ts'

/** What stands in where there is no page to show. It needs nothing but itself: no store, no renderer, no file of styles. */

const STYLE =
  ':root{color-scheme:light dark;background:Canvas;color:CanvasText;font:1.0625rem/1.5 system-ui,sans-serif}body{max-inline-size:40rem;margin:0 auto;padding:3rem 1rem}h1{font-size:1.5rem;line-height:1.25}'

/** The hash is that of STYLE. */
export const STAND_IN_POLICY =
  "default-src 'none'; style-src 'sha256-EPAZ/vBhGAscljEb6ihH6ehyROdk0gi6a+3bvqEFKJM='; frame-ancestors 'none'"

/** `base` stands before the paths of the page. */
export function standInPage(language: Language, reason: 'not_found' | 'unavailable', base: string): string {
  const words = ERROR_WORDS[language]
  const [title, text] =
    reason === 'not_found'
      ? [words.noSuchPage, words.mayBeGone]
      : [words.cannotBeRead, `${words.saysNothing} ${words.tryAgain}`]
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="${base}/${language}/">${words.toStatusPage}</a></p>
</main>
</body>
</html>
`
}
