/** What CSS of one's own can say of a status page: the properties, and what each can be. What is not here is refused. */

export interface Grammar {
  readonly words?: readonly string[]
  /** In CSS pixels; a rem or em is 16 of them, a ch 8. */
  readonly px?: readonly [min: number, max: number]
  readonly units?: readonly string[]
  readonly percent?: readonly [min: number, max: number]
  readonly numbers?: readonly [min: number, max: number]
  /** Which of the page's own properties var() can name. */
  readonly tokens?: RegExp
  /** `ink` is text, and never see-through. */
  readonly colours?: 'ink' | 'any'
  readonly functions?: readonly string[]
  /** Names of fonts. */
  readonly families?: true
  readonly strings?: true
}

const LENGTHS = ['px', 'rem', 'em', 'ch']
const SPACE = { px: [0, 160], percent: [0, 25], tokens: /^--space-[1-7]$/ } as const satisfies Grammar
/** Nothing wider than a phone but by what is there to be narrower. */
const WIDTH = {
  words: ['auto', 'fit-content', 'min-content'],
  px: [64, 320],
  percent: [25, 100],
  tokens: /^--measure$/,
} as const satisfies Grammar
const LINE_WIDTH = { words: ['thin', 'medium'], px: [0, 24], tokens: /^--(?:line-width|space-[1-3])$/ } as const
const LINE_STYLES = ['none', 'solid', 'dashed', 'dotted', 'double']
const ANY_COLOUR = { colours: 'any' } as const satisfies Grammar
const BORDER: Grammar = { ...LINE_WIDTH, words: [...LINE_WIDTH.words, ...LINE_STYLES], colours: 'any' }
const RADIUS: Grammar = { px: [0, 64], percent: [0, 50], tokens: /^--radius-[sml]$/ }
// Of the page, not of what is around it: small in small in small could not be read.
const TEXT_SIZE: Grammar = { px: [14, 64], units: ['px', 'rem'], tokens: /^--text-(?:s|m|l|xl|2xl)$/ }
const LEADING: Grammar = { numbers: [1.1, 2.5], tokens: /^--leading(?:-tight)?$/ }
const WEIGHT: Grammar = { words: ['normal', 'bold'], numbers: [200, 900], tokens: /^--weight-strong$/ }
const FAMILY: Grammar = { families: true, strings: true, tokens: /^--font-(?:text|code)$/ }
const TRACKING: Grammar = { words: ['normal'], px: [-0.8, 8] }
const GRADIENTS = ['linear-gradient', 'radial-gradient', 'repeating-linear-gradient']
const BACKGROUND: Grammar = {
  words: ['none', 'to', 'top', 'bottom', 'left', 'right', 'center', 'circle', 'ellipse', 'at', 'no-repeat'],
  px: [0, 2400],
  units: [...LENGTHS, 'deg'],
  percent: [0, 100],
  colours: 'any',
  functions: GRADIENTS,
}
const LINES = ['none', 'underline', 'overline']
const LINE_LOOKS = ['solid', 'double', 'dotted', 'dashed', 'wavy']
const THICKNESS = { words: ['auto', 'from-font'], px: [0, 8] } as const satisfies Grammar
const PLACES = [
  'normal',
  'start',
  'end',
  'center',
  'stretch',
  'baseline',
  'flex-start',
  'flex-end',
  'space-between',
  'space-around',
  'space-evenly',
]
const PLACED: Grammar = { words: PLACES }
const TRACKS: Grammar = {
  words: ['none', 'auto', 'auto-fit', 'auto-fill', 'min-content'],
  px: [0, 320],
  units: [...LENGTHS, 'fr'],
  percent: [0, 100],
  numbers: [1, 12],
  functions: ['repeat', 'minmax'],
}

const SIDES = [
  'block',
  'block-start',
  'block-end',
  'inline',
  'inline-start',
  'inline-end',
  'top',
  'right',
  'bottom',
  'left',
]
const CORNERS = [
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
  'start-start',
  'start-end',
  'end-start',
  'end-end',
]

const each = (names: readonly string[], grammar: Grammar) =>
  names.map((name): [string, Grammar] => [name, { units: LENGTHS, ...grammar }])

const PROPERTIES: ReadonlyMap<string, Grammar> = new Map([
  ...each(['margin', ...SIDES.map((side) => `margin-${side}`)], { ...SPACE, words: ['auto'] }),
  ...each(['padding', 'gap', 'row-gap', 'column-gap', ...SIDES.map((side) => `padding-${side}`)], SPACE),
  ...each(['width', 'inline-size', 'min-width', 'min-inline-size'], WIDTH),
  ...each(['max-width', 'max-inline-size'], { ...WIDTH, words: [...WIDTH.words, 'none'], px: [64, 2400] }),
  ...each(['min-height', 'min-block-size'], { words: ['auto'], px: [0, 240] }),
  ...each(['border', ...SIDES.map((side) => `border-${side}`)], BORDER),
  ...each(['border-width', ...SIDES.map((side) => `border-${side}-width`)], LINE_WIDTH),
  ...each(['border-style', ...SIDES.map((side) => `border-${side}-style`)], { words: LINE_STYLES }),
  ...each(['border-color', ...SIDES.map((side) => `border-${side}-color`)], ANY_COLOUR),
  ...each(['border-radius', ...CORNERS.map((corner) => `border-${corner}-radius`)], RADIUS),
  ...each(['box-shadow'], { words: ['none'], px: [-12, 12], colours: 'any' }),
  ...each(['color'], { words: ['inherit'], colours: 'ink' }),
  ...each(['background'], BACKGROUND),
  ...each(['background-color'], ANY_COLOUR),
  ...each(['accent-color', 'text-decoration-color'], ANY_COLOUR),
  ...each(['font-family'], FAMILY),
  ...each(['font-size'], TEXT_SIZE),
  ...each(['font-weight'], WEIGHT),
  ...each(['font-style'], { words: ['normal', 'italic'] }),
  ...each(['font-variant-caps'], { words: ['normal', 'small-caps'] }),
  ...each(['font-variant-numeric'], { words: ['normal', 'tabular-nums', 'oldstyle-nums', 'lining-nums'] }),
  ...each(['line-height'], LEADING),
  ...each(['letter-spacing', 'word-spacing'], TRACKING),
  ...each(['text-align'], { words: ['start', 'end', 'center', 'left', 'right', 'justify'] }),
  ...each(['text-transform'], { words: ['none', 'uppercase', 'lowercase', 'capitalize'] }),
  ...each(['text-decoration'], { ...THICKNESS, words: [...THICKNESS.words, ...LINES, ...LINE_LOOKS], colours: 'any' }),
  ...each(['text-decoration-line'], { words: LINES }),
  ...each(['text-decoration-style'], { words: LINE_LOOKS }),
  ...each(['text-decoration-thickness', 'text-underline-offset'], THICKNESS),
  ...each(['text-wrap'], { words: ['wrap', 'balance', 'pretty', 'stable'] }),
  ...each(['hyphens'], { words: ['none', 'manual', 'auto'] }),
  ...each(['list-style', 'list-style-type'], { words: ['none', 'disc', 'circle', 'square', 'decimal'] }),
  ...each(['display'], {
    words: ['block', 'inline', 'inline-block', 'flow-root', 'flex', 'inline-flex', 'grid', 'inline-grid', 'list-item'],
  }),
  ...each(['flex-direction'], { words: ['row', 'column'] }),
  ...each(['flex-wrap'], { words: ['wrap', 'nowrap'] }),
  ...each(['flex-grow', 'flex-shrink'], { numbers: [0, 10] }),
  ...each(['justify-content', 'justify-items', 'justify-self'], PLACED),
  ...each(['align-content', 'align-items', 'align-self'], PLACED),
  ...each(['grid-template-columns'], TRACKS),
  ...each(['content'], { strings: true }),
  // The page's own.
  ...each(['--radius-s', '--radius-m', '--radius-l'], RADIUS),
  ...each(
    [1, 2, 3, 4, 5, 6, 7].map((step) => `--space-${step}`),
    { px: [0, 64], units: ['px', 'rem'] },
  ),
  ...each(['--text-s', '--text-m', '--text-l', '--text-xl', '--text-2xl'], { px: [14, 64], units: ['px', 'rem'] }),
  ...each(['--leading', '--leading-tight'], { numbers: [1.1, 2.5] }),
  ...each(['--weight-strong'], { numbers: [200, 900] }),
  ...each(['--font-text', '--font-code'], { families: true, strings: true }),
  ...each(['--measure'], { px: [240, 2400] }),
  ...each(['--line', '--line-strong'], ANY_COLOUR),
  ...each(['--line-width'], { px: [0, 8], units: ['px', 'rem'] }),
])

const HIDES = 'would hide what readers have to see'
const MOVES = 'would take things out of their place, and over what readers have to see'
const LOADS = 'would load or run something'
const IN_FIELDS = 'is a colour of the form (accent, background), where its contrast is known'

/** Why, where there is more to say than that it is not there. */
const REFUSED: readonly (readonly [property: RegExp, why: string])[] = [
  [
    /^(?:visibility|opacity|clip|clip-path|mask.*|filter|overflow.*|content-visibility|text-indent|height|block-size|max-height|max-block-size|zoom)$/,
    HIDES,
  ],
  [/^(?:position|z-index|float|transform|translate|scale|rotate|inset.*|top|right|bottom|left|order)$/, MOVES],
  [/^(?:behavior|-moz-binding|background-image|list-style-image|border-image.*|cursor|src)$/, LOADS],
  [/^(?:font|all)$/, 'says too many things at once: write them one by one, such as font-size and font-weight'],
  [/^outline/, 'is how somebody with a keyboard sees where they are'],
  [/^--(?:ground|accent.*|focus|ink.*|surface.*)$/, IN_FIELDS],
  [
    /^--(?:operational|maintenance|degraded|partial|major|unknown|state)-/,
    'is the colour of a state: it means something',
  ],
  [/^--/, 'is none of the page’s own properties that can be set'],
]

/** `property` in small letters; in words why not, where it cannot be set. */
export function grammarOf(property: string): Grammar | string {
  return (
    PROPERTIES.get(property) ??
    REFUSED.find(([name]) => name.test(property))?.[1] ??
    'is not among the properties that can be set'
  )
}
