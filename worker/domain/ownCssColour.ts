import type { Appearance } from './appearance.ts'
import { OWN_COLOURS, readableOn } from './appearanceStyle.ts'
import { TEXT_CONTRAST_MIN, contrast } from './contrast.ts'

/** Whether text can still be read on the ground that CSS of one's own gives it, or on the page's own. */

export type Theme = 'light' | 'dark'
export const THEMES = ['light', 'dark'] as const satisfies Theme[]
export type Colours = Pick<Appearance, 'accent' | 'background'>
/** Such as #1d4fc4, for each theme. */
export type ThemedColour = Readonly<Record<Theme, string>>

/** As in site/styles/tokens.css, which a test compares. */
export const STATE_INKS: readonly ThemedColour[] = [
  { light: '#0a6552', dark: '#63d3b4' },
  { light: '#5645a6', dark: '#bdb1ff' },
  { light: '#7c5800', dark: '#f0c14b' },
  { light: '#a34200', dark: '#ff9f5f' },
  { light: '#a80f3a', dark: '#ff8da3' },
]

const TOKENS = ['ground', 'surface', 'ink', 'ink-muted', 'accent', 'ink-on-accent'] as const
type Token = (typeof TOKENS)[number]

/** What var(--ink) and the like are; null for what is no colour of the page that text or its ground can have. */
export function tokenColour(name: string, colours: Colours): ThemedColour | null {
  const token = TOKENS.find((each) => `--${each}` === name)
  return token === undefined
    ? null
    : { light: colourOf(token, 'light', colours), dark: colourOf(token, 'dark', colours) }
}

function colourOf(token: Token, theme: Theme, { accent, background }: Colours): string {
  const own = OWN_COLOURS[theme]
  switch (token) {
    case 'ground':
      return background?.[theme] ?? own.ground
    case 'accent':
      return accent?.[theme] ?? own.accent
    case 'ink-on-accent':
      return readableOn(accent?.[theme] ?? own.accent)
    case 'ink-muted':
      return own.muted
    case 'surface':
    case 'ink':
      return own[token]
  }
}

/** What is behind text where nothing else is said: the page's own. */
export function pagesGrounds(colours: Colours): Grounds {
  const of = (theme: Theme) => [colourOf('ground', theme, colours), colourOf('surface', theme, colours)]
  return { light: of('light'), dark: of('dark') }
}
export type Grounds = Readonly<Record<Theme, readonly string[]>>

export interface Painted {
  /** The text's, where it is set. */
  readonly ink: ThemedColour | null
  /** All that is behind it. */
  readonly grounds: readonly ThemedColour[]
  /** What is behind them. */
  readonly under: Grounds
  readonly themes: readonly Theme[]
  /** Only the head, the foot or a button, where nothing stands that readers must see. */
  readonly isFrame: boolean
}

/** What could not be read, in words that say by how much; null when all can. */
export function contrastFault({ ink, grounds, under, themes, isFrame }: Painted, colours: Colours): string | null {
  const ofPage = (token: Token, theme: Theme) => colourOf(token, theme, colours)
  for (const theme of themes) {
    const behind = grounds.map((ground) => ground[theme])
    const pagesInks = [
      ...(['ink', 'ink-muted', 'accent'] as const).map((token) => ofPage(token, theme)),
      ...STATE_INKS.map((state) => state[theme]),
    ]
    const inks = ink === null ? [] : [ink[theme]]
    const pairs = [
      ...across(inks, behind),
      ...(behind.length > 0 && (inks.length === 0 || !isFrame) ? across(pagesInks, behind) : []),
      ...(behind.length === 0 || !isFrame ? across(inks, under[theme]) : []),
    ]
    for (const [text, on] of pairs) {
      const found = contrast(text, on)
      if (found >= TEXT_CONTRAST_MIN) continue
      const figure = (Math.floor(found * 10) / 10).toFixed(1)
      const advice = isFrame
        ? 'give text and background in one rule, and for both themes: light-dark(#…, #…)'
        : 'write light-dark(#…, #…) for both themes; only the head, the foot and buttons (.page-head, .page-foot, .follow, .action, button) can have a ground on which the page’s own text cannot be read'
      return `in the ${theme} theme, text would have a contrast of ${figure} (${text} on ${on}); it has to be at least ${TEXT_CONTRAST_MIN}: ${advice}`
    }
  }
  return null
}

function across(inks: readonly string[], grounds: readonly string[]): [string, string][] {
  return inks.flatMap((ink) => grounds.map((ground): [string, string] => [ink, ground]))
}
