/** Pure: what a text message costs, and how to say something in few of them. */

/** More costs more, and is not read on a phone at three in the morning. */
export const SEGMENTS_MAX = 2

/** GSM 03.38, and what there costs two of its septets. */
const GSM = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const GSM_EXTENDED = new Set('^{}\\[~]|€')

const SINGLE = { gsm: 160, ucs2: 70 } as const
/** Each part of a longer text gives some of its room to say which part it is. */
const PART = { gsm: 153, ucs2: 67 } as const

export type Alphabet = keyof typeof SINGLE

export interface Cost {
  readonly alphabet: Alphabet
  readonly segments: number
}

export function costOf(text: string): Cost {
  const alphabet = alphabetOf(text)
  const units = Array.from(text, (character) => unitsOf(character, alphabet))
  const total = units.reduce((sum, each) => sum + each, 0)
  if (total <= SINGLE[alphabet]) return { alphabet, segments: 1 }
  let segments = 1
  let filled = 0
  for (const each of units) {
    // No character lies in two parts.
    if (filled + each > PART[alphabet]) {
      segments++
      filled = 0
    }
    filled += each
  }
  return { alphabet, segments }
}

/** Lines in the order they are read; `body` is the first to be shortened, then `title`. */
export interface SmsParts {
  readonly lead: string
  readonly title: string
  readonly body: string
  /** Never shortened: half a link is none. */
  readonly link: string
}

/** In at most `SEGMENTS_MAX` segments, in the cheap alphabet where it can be said in it. */
export function smsOf(parts: SmsParts): string {
  const plain = {
    lead: plainLetters(parts.lead),
    title: plainLetters(parts.title),
    body: plainLetters(parts.body),
    link: parts.link,
  }
  const isCheap = alphabetOf(joined(plain)) === 'gsm'
  const { lead, title, body, link } = isCheap ? plain : parts
  const ellipsis = isCheap ? '...' : '…'
  const fits = (candidate: SmsParts) => costOf(joined(candidate)).segments <= SEGMENTS_MAX
  return joined(
    longest(body, ellipsis, (shorter) => ({ lead, title, body: shorter, link }), fits) ??
      longest(title, ellipsis, (shorter) => ({ lead, title: shorter, body: '', link }), fits) ??
      longest(lead, ellipsis, (shorter) => ({ lead: shorter, title: '', body: '', link }), fits) ?? {
        lead: '',
        title: '',
        body: '',
        link,
      },
  )
}

/** The candidate with as much of the text as fits; null: not even with none of it. */
function longest(
  text: string,
  ellipsis: string,
  withText: (shorter: string) => SmsParts,
  fits: (candidate: SmsParts) => boolean,
): SmsParts | null {
  if (fits(withText(text))) return withText(text)
  const characters = Array.from(text)
  const cut = (length: number) =>
    withText(length === 0 ? '' : `${characters.slice(0, length).join('').trimEnd()}${ellipsis}`)
  if (!fits(cut(0))) return null
  let [least, most] = [0, characters.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (fits(cut(middle))) least = middle
    else most = middle - 1
  }
  return cut(least)
}

function joined({ lead, title, body, link }: SmsParts): string {
  return [lead, title, body, link].filter((line) => line !== '').join('\n')
}

const PLAIN_FORMS: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '→': '->',
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u2009': ' ',
  '`': "'",
  '\t': ' ',
}

/** Typography and accents that the cheap alphabet lacks, as it can say them: one "ê" would more than halve the room. */
function plainLetters(text: string): string {
  return Array.from(text, (character) => {
    if (GSM.has(character) || GSM_EXTENDED.has(character)) return character
    const form = PLAIN_FORMS[character]
    if (form !== undefined) return form
    const bare = character.normalize('NFD').replace(/\p{Mn}/gu, '')
    return /^[A-Za-z]$/.test(bare) ? bare : character
  }).join('')
}

function alphabetOf(text: string): Alphabet {
  return Array.from(text).every((character) => GSM.has(character) || GSM_EXTENDED.has(character)) ? 'gsm' : 'ucs2'
}

function unitsOf(character: string, alphabet: Alphabet): number {
  if (alphabet === 'ucs2') return character.length
  return GSM_EXTENDED.has(character) ? 2 : 1
}
