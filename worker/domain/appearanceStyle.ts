import type { Appearance } from './appearance.ts'
import { contrast, mixed } from './contrast.ts'

/** What a look makes of the tokens of site/styles/tokens.css. */

/** Only what is on the reader's machine already: a font to be loaded would be another request. */
export const FONTS = {
  system: 'system-ui, sans-serif',
  humanist: "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', source-sans-pro, sans-serif",
  geometric: "Avenir, Montserrat, Corbel, 'URW Gothic', source-sans-pro, sans-serif",
  serif: "'Iowan Old Style', 'Palatino Linotype', 'URW Palladio L', P052, serif",
  monospace: "ui-monospace, 'Cascadia Code', 'Source Code Pro', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
} as const
const RADII: Record<Appearance['corners'], readonly [string, string, string]> = {
  square: ['0', '0', '0'],
  soft: ['0.25rem', '0.5rem', '0.75rem'],
  round: ['0.5rem', '1rem', '1.5rem'],
}

/** As in site/styles/tokens.css, which a test compares. */
export const OWN_COLOURS = {
  light: { ground: '#f5f6f8', surface: '#ffffff', ink: '#18212c', muted: '#4d5966', accent: '#1d4fc4' },
  dark: { ground: '#0f141b', surface: '#171e28', ink: '#e9eef4', muted: '#a9b5c2', accent: '#a3bdff' },
} as const
const ON_ACCENT = ['#ffffff', '#0c1533'] as const

/** The tokens of site/styles/tokens.css that change, as CSS that comes before that file; empty where none does. */
export function appearanceStyle({ accent, background, font, corners }: Appearance): string {
  const tokens: [string, string][] = []
  const both = (name: string, of: (theme: 'light' | 'dark') => string) =>
    tokens.push([name, `light-dark(${of('light')},${of('dark')})`])
  const groundOf = (theme: 'light' | 'dark') => background?.[theme] ?? OWN_COLOURS[theme].ground
  if (background !== undefined) both('ground', groundOf)
  if (accent !== undefined) {
    both('accent', (theme) => accent[theme])
    both('focus', (theme) => accent[theme])
    both('accent-strong', (theme) => mixed(accent[theme], OWN_COLOURS[theme].ink, 0.8))
    both('accent-ground', (theme) => mixed(accent[theme], OWN_COLOURS[theme].surface, 0.1))
    both('ink-on-accent', (theme) => readableOn(accent[theme]))
  }
  if (font !== 'system') tokens.push(['font-text', FONTS[font]])
  if (corners !== 'soft') RADII[corners].forEach((radius, i) => tokens.push([`radius-${'sml'[i]}`, radius]))
  return tokens.length === 0 ? '' : `html:root{${tokens.map(([name, value]) => `--${name}:${value}`).join(';')}}`
}

/** One of the two is always at least 4.5:1. */
export function readableOn(ground: string): string {
  const [white, dark] = ON_ACCENT
  return contrast(white, ground) >= contrast(dark, ground) ? white : dark
}
