/** Pure: phone numbers, to which countries texts may go, and what people text back. */

const E164 = /^\+[1-9]\d{6,14}$/

/** In E.164, as people write it: spaces, dashes, brackets and `00` for the plus go; null without a country code. */
export function normaliseNumber(text: string): string | null {
  // "(0)" is the trunk prefix that nobody dials from abroad.
  const bare = text
    .normalize('NFKC')
    .replace(/\(0\)/g, '')
    .replace(/[\s().\-/\u00ad\u200e\u200f\u202a-\u202e\u2010-\u2015]/g, '')
  const number = bare.replace(/^00/, '+')
  return E164.test(number) ? number : null
}

/** `prefixes`: country codes, or longer beginnings, each with its plus. */
export function isWithin(number: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => number.startsWith(prefix))
}

/** Such as "+49, +43"; null when one of them is no beginning of a number. */
export function prefixesIn(text: string): string[] | null {
  const prefixes = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  return prefixes.every((prefix) => /^\+[1-9]\d{0,11}$/.test(prefix)) ? prefixes : null
}

export type Keyword = 'stop' | 'start' | 'help'

/** Twilio's own words (it stops a number at these by itself), and what people write in our other languages. */
const KEYWORDS: Record<Keyword, readonly string[]> = {
  stop: [
    'stop',
    'stopall',
    'unsubscribe',
    'cancel',
    'end',
    'quit',
    'optout',
    'revoke',
    'stopp',
    'abmelden',
    'arret',
    'baja',
    'parar',
    'sair',
    '停止',
    '退订',
    'توقف',
    'إيقاف',
  ],
  start: ['start', 'unstop', 'yes', 'ja', 'oui', 'si', 'sim', 'はい', '是', 'نعم'],
  help: ['help', 'info', 'hilfe', 'aide', 'ayuda', 'ajuda', 'ヘルプ', '帮助', 'مساعدة'],
}

/** Null: it asks for nothing that can be done. */
export function keywordIn(text: string): Keyword | null {
  const word = withoutAccents(text.toLowerCase()).replace(/[\s.!。！]+/gu, '')
  const isMeant = (keyword: Keyword) => KEYWORDS[keyword].some((each) => withoutAccents(each) === word)
  return (['stop', 'start', 'help'] as const).find(isMeant) ?? null
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '')
}
