/**
 * Looks for wording that judges a person instead of describing what happened. Deterministic: the same text gives the
 * same findings, each with its reason. It warns and never blocks.
 */
export interface BlameFinding {
  /** Where the words stand in the text, in UTF-16 units. */
  readonly start: number
  readonly end: number
  /** One-based. */
  readonly line: number
  readonly excerpt: string
  readonly why: string
  readonly suggestion: string
}

interface Rule {
  readonly pattern: RegExp
  readonly why: string
  readonly suggestion: string
}

const FINDINGS_MAX = 100
const PEOPLE_MAX = 500

// A word starts where no letter, digit, @ or _ stands before it; \b knows ASCII only.
const WORD = String.raw`(?<![\p{L}\p{N}_@])`
const END = String.raw`(?![\p{L}\p{N}_])`
const HANDLE = String.raw`@[\p{L}\p{N}_.-]{1,50}`
const PERSON_NOUN =
  '(?:he|she|they|you|someone|somebody|(?:the|an|our|their) (?:on-?call )?(?:engineer|developer|operator|administrator|admin|responder|on-?call|intern|contractor|colleague|person|team|author|reviewer|commander|technical lead))'
// Written like a name, and not a word that only begins a sentence.
const NAME = String.raw`(?!(?:The|This|That|These|Those|It|We|A|An|No|Nobody|Nothing|Then|When|What|Which|Why|How|After|Before|Deploy|Deployment|Release|Version|Traffic|Load|Users|Customers|Requests|Alerts)(?![\p{L}\p{N}_]))\p{Lu}[\p{Ll}'’-]{1,30}(?: \p{Lu}[\p{Ll}'’-]{1,30})?`
const ONLY_PEOPLE_DO =
  "(?:forgot|neglected|overlooked|ignored|bothered|messed up|screwed up|botched|mishandled|panicked|blundered|was (?:careless|sloppy|negligent|lazy|reckless)|(?:did not|didn[’']t|never) (?:check|checked|test|tested|read|notice|noticed|bother|bothered|think|thought|verify|verified|follow|followed|pay attention))"
const ANYTHING_MAY =
  '(?:broke|failed to|caused|missed|took down|brought down|deleted the wrong|is to blame|is at fault|was at fault|was responsible for the|let [\\p{L} ]{1,20} down|(?:made|makes) (?:a|the|this) mistake|should have|could have)'
const WITH_OBJECT = String.raw`(?:broke|took down|brought down|failed to (?:check|test|notice|follow|tell|read|verify|review|page|escalate))(?= (?:the|a|an|our|production|prod|it|this|that|all|every)|[\s.,;:!?]|$)`

const DESCRIBE = 'Say what happened and what made it possible, with a role in place of a name.'

/** `people`: names as they may appear in the text, such as those of the responders. */
export function blameCheck(text: string, people: readonly string[] = []): BlameFinding[] {
  const readable = withoutCode(text)
  const findings: BlameFinding[] = []
  for (const { pattern, why, suggestion } of rulesFor(people)) {
    for (const match of readable.matchAll(pattern)) {
      const start = match.index
      const end = start + match[0].length
      if (findings.some((other) => start < other.end && other.start < end)) continue
      findings.push({ start, end, line: lineAt(text, start), excerpt: text.slice(start, end), why, suggestion })
      if (findings.length >= FINDINGS_MAX) return inOrder(findings)
    }
  }
  return inOrder(findings)
}

function rulesFor(people: readonly string[]): Rule[] {
  const known = people
    .slice(0, PEOPLE_MAX)
    .flatMap((name) => [name, name.split(' ')[0] ?? ''])
    .map((name) => name.trim())
    .filter((name) => name.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
  const person = `(?:${[HANDLE, PERSON_NOUN, ...known].join('|')})`
  return [
    rule(
      `(?:human|operator|user|pilot) error`,
      '“Human error” ends the search where it should begin.',
      'Say which conditions made the action look right at the time.',
    ),
    rule(
      `why did(?:n[’']t)? (?:you|he|she|they)`,
      '“Why did you” asks for a defence.',
      'Ask what they saw, or how it looked at the time.',
    ),
    rule(
      `${person} (?:\\p{L}{1,20}ly )?(?:${ONLY_PEOPLE_DO}|${ANYTHING_MAY})`,
      'A person stands beside a failing.',
      DESCRIBE,
      'giu',
    ),
    // Names that are not known to be people count only with what people alone do. Case tells a name here.
    rule(
      `${NAME} (?:\\p{Ll}{1,20}ly )?(?:${ONLY_PEOPLE_DO}|${WITH_OBJECT})`,
      'What looks like a name stands beside a failing.',
      DESCRIBE,
      'gu',
    ),
    rule(
      `(?:careless(?:ly|ness)?|sloppy|sloppiness|negligen(?:t|ce|tly)|incompeten(?:t|ce)|stupid(?:ly|ity)?|idiot(?:ic)?|dumb|lazy|laziness|reckless(?:ly|ness)?|rookie mistake|at fault|to blame|blame[sd]?|guilty|culprit)`,
      'The word judges character.',
      'Describe the action and its surroundings, without a verdict.',
    ),
    rule(
      `(?:should(?:n[’']t| not)? have|should[’']ve|ought to have|could have|could[’']ve|would have|if only|had (?:he|she|they|we|you|someone) only)`,
      'A counterfactual tells of a world that did not happen.',
      'Say what was done, what was known then, and what will be different.',
    ),
    rule(
      `(?:obviously|of course|clearly should|simply|just had to|it was obvious|everyone knows|any competent|common sense|in hindsight|with hindsight)`,
      'Hindsight makes a hard decision look easy.',
      'Leave the word out, or say what could be seen at the time and where.',
    ),
  ]
}

function rule(pattern: string, why: string, suggestion: string, flags: 'giu' | 'gu' = 'giu'): Rule {
  return { pattern: new RegExp(`${WORD}(?:${pattern})${END}`, flags), why, suggestion }
}

/** Code is quoted, not said. Its place is kept, so that positions stay true. */
function withoutCode(text: string): string {
  return text.replace(/```[^`]*```|`[^`\n]*`|\]\([^)\s]*\)/g, (code) => code.replace(/[^\n]/g, ' '))
}

function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

function inOrder(findings: readonly BlameFinding[]): BlameFinding[] {
  return findings.toSorted((a, b) => a.start - b.start)
}
