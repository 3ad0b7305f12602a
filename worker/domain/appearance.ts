import { z } from 'zod'
import { HttpUrl } from './catalogue.ts'
import { OWN_COLOURS } from './appearanceStyle.ts'
import type { FONTS } from './appearanceStyle.ts'
import { TEXT_CONTRAST_MIN, contrast } from './contrast.ts'
import { faultOfWeight } from './lookWeight.ts'
import { readOwnCss } from './ownCss.ts'
import { IMAGE_BYTES_MAX, faultOfImage } from './pageImage.ts'
import { isLookPath } from './shownLook.ts'

/** How the operator wants a status page to look. Nothing of it is loaded from elsewhere. */

const Colour = z
  .string()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, { error: 'a colour such as #1d4fc4' })

const FONT_NAMES = ['system', 'humanist', 'geometric', 'serif', 'monospace'] as const satisfies (keyof typeof FONTS)[]

const CORNERS = ['square', 'soft', 'round'] as const
const PageLink = z.object({ label: z.string().trim().min(1).max(60), url: HttpUrl })
export type PageLink = z.infer<typeof PageLink>

const Image = z
  .string()
  // As base64, and what stands before it.
  .max(Math.ceil(IMAGE_BYTES_MAX / 3) * 4 + 100)
  .superRefine((uri, context) => {
    const fault = faultOfImage(uri)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })

const look = <Image extends z.ZodType<string>>(image: Image) =>
  z.object({
    /** Links, focus and the main action; one for each theme. */
    accent: z.object({ light: Colour, dark: Colour }).optional(),
    /** Behind everything. */
    background: z.object({ light: Colour, dark: Colour }).optional(),
    font: z.enum(FONT_NAMES).default('system'),
    corners: z.enum(CORNERS).default('soft'),
    /** Takes the place of the name at the top; images as data: URIs. */
    logo: z.object({ light: image, dark: image.optional(), alt: z.string().trim().min(1).max(120) }).optional(),
    favicon: image.optional(),
    headerLinks: z.array(PageLink).max(5).default([]),
    footerLinks: z.array(PageLink).max(8).default([]),
    /** Comes after the page's own style. As it was written: what comes of it is made anew each time. */
    css: z.string().max(20_000).optional(),
  })

export const Appearance = look(Image).superRefine((appearance, context) => {
  for (const { field, message } of faultsOf(appearance)) context.addIssue({ code: 'custom', path: [field], message })
  const tooHeavy = faultOfWeight(appearance)
  if (tooHeavy !== null) context.addIssue({ code: 'custom', message: tooHeavy })
})
export type Appearance = z.infer<typeof Appearance>

/** As readers get it: what has no room in the page is the path of a file. */
export const PublishedAppearance = look(
  z.union([Image, z.string().refine(isLookPath, 'is no image of the page')]),
).superRefine((appearance, context) => {
  for (const { field, message } of faultsOf(appearance)) context.addIssue({ code: 'custom', path: [field], message })
})

function faultsOf(appearance: Pick<Appearance, 'accent' | 'background' | 'css'>) {
  return [
    ...contrastFaults(appearance),
    ...readOwnCss(appearance.css ?? '', appearance).faults.map(({ line, message }) => ({
      field: 'css',
      message: `line ${line} of it: ${message}`,
    })),
  ]
}

const THEMES = ['light', 'dark'] as const
interface ContrastFault {
  readonly field: 'accent' | 'background'
  readonly message: string
}

type Colours = Pick<Appearance, 'accent' | 'background'>

/** What would be too hard to read, in words that say by how much. */
function contrastFaults({ accent, background }: Colours): ContrastFault[] {
  return THEMES.flatMap((theme) => {
    const own = OWN_COLOURS[theme]
    const ground = background?.[theme] ?? own.ground
    const pairs: [ContrastFault['field'], string, string, string][] = [
      ...(background === undefined
        ? []
        : ([
            ['background', 'text', own.ink, ground],
            ['background', 'quiet text', own.muted, ground],
          ] as [ContrastFault['field'], string, string, string][])),
      ['accent', 'links on the background', accent?.[theme] ?? own.accent, ground],
      ['accent', 'links on cards', accent?.[theme] ?? own.accent, own.surface],
    ]
    return pairs.flatMap(([field, what, ink, on]) => {
      const found = contrast(ink, on)
      if (found >= TEXT_CONTRAST_MIN) return []
      return [
        {
          // Without an accent of one's own, it is the background that has to change.
          field: field === 'accent' && accent === undefined ? 'background' : field,
          message: `In the ${theme} theme, ${what} would have a contrast of ${(Math.floor(found * 10) / 10).toFixed(1)} (${ink} on ${on}); it has to be at least ${TEXT_CONTRAST_MIN}`,
        },
      ]
    })
  })
}
