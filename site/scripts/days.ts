import type { Language } from '../../worker/domain/language.ts'
import { writtenDay } from '../components/public/publicTime.ts'

// Lets the days of a component's bar be walked through by keyboard and pointed at. Without script the same is said in
// words below each bar. Nothing is built before somebody comes to a bar.

interface Words {
  /** The last day of every bar, such as 2026-11-24. */
  readonly last: string
  /** What each look is called. */
  readonly looks: Readonly<Record<string, string>>
}

const DAY_MS = 86_400_000
const WIDTH = 4

const dayWords = document.createElement('p')
dayWords.className = 'said'
dayWords.setAttribute('aria-hidden', 'true')
const sources = new WeakMap<Element, string>()

/** The bar that a walk was made of, as the page has it; null for what is no walk. */
export function sourceOfWalk(walk: Element): string | null {
  return sources.get(walk) ?? null
}

/** Whatever bars are not walks yet become such. */
export function walkDays(language: Language): void {
  for (const bars of document.querySelectorAll<SVGElement>('[data-days] .bars:not(.days > *)')) {
    // The page itself wrote it.
    const words = JSON.parse(bars.closest<HTMLElement>('[data-days]')?.dataset['days'] ?? '') as Words
    const walk = document.createElement('div')
    sources.set(walk, bars.outerHTML)
    walk.className = 'days'
    walk.tabIndex = 0
    walk.role = 'group'
    walk.ariaLabel = bars.closest('li')?.querySelector('.component')?.textContent?.trim() ?? ''
    bars.replaceWith(walk)
    walk.append(bars)
    walk.addEventListener('focus', () => focusDay(built(walk, words, language).at(-1)))
    walk.addEventListener('pointerenter', () => built(walk, words, language))
    walk.addEventListener('pointerleave', () => dayWords.remove())
  }
}

/** One element a day, oldest first; only one of them can be reached by Tab. */
function built(walk: HTMLElement, { last, looks }: Words, language: Language): HTMLElement[] {
  const known = [...walk.querySelectorAll<HTMLElement>('i')]
  if (known.length > 0) return known
  const days: HTMLElement[] = []
  for (const run of walk.querySelectorAll('path')) {
    const [start = 0, length = 0] =
      (run.getAttribute('d') ?? '').match(/^M\d+|(?<=h)\d+/g)?.map((n) => Number(n.replace('M', ''))) ?? []
    const title = run.querySelector('title')
    for (let at = start / WIDTH; at * WIDTH < start + length; at++) {
      const day = document.createElement('i')
      day.tabIndex = -1
      day.role = 'img'
      day.dataset.look = run.getAttribute('class') ?? ''
      day.ariaLabel = (length < WIDTH && title?.textContent) || (looks[day.dataset.look] ?? '')
      days[at] = day
    }
    title?.remove()
  }
  days.forEach((day, at) => {
    day.style.insetInlineStart = `${(100 * at) / days.length}%`
    const when = writtenDay(language, dayOf(Date.parse(last) - (days.length - 1 - at) * DAY_MS))
    const label = day.ariaLabel ?? ''
    // What is one day's own has its date already.
    if (Object.values(looks).includes(label)) day.ariaLabel = `${when}: ${label}`
    day.addEventListener('focus', () => sayDay(walk, day))
    day.addEventListener('pointerenter', () => sayDay(walk, day))
    day.addEventListener('blur', () => dayWords.remove())
    day.addEventListener('keydown', (event) => moveDay(event, days, at))
  })
  walk.append(...days)
  return days
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

function focusDay(day: HTMLElement | undefined): void {
  const walk = day?.parentElement
  if (day === undefined || !walk) return
  walk.tabIndex = -1
  for (const each of walk.querySelectorAll<HTMLElement>('i[tabindex="0"]')) each.tabIndex = -1
  day.tabIndex = 0
  day.focus()
}

function moveDay(event: KeyboardEvent, days: readonly HTMLElement[], at: number): void {
  const forward = document.documentElement.dir === 'rtl' ? -1 : 1
  const to = {
    ArrowRight: at + forward,
    ArrowLeft: at - forward,
    ArrowUp: at + 7,
    ArrowDown: at - 7,
    Home: 0,
    End: days.length - 1,
  }[event.key]
  if (event.key === 'Escape') dayWords.remove()
  if (to === undefined) return
  event.preventDefault()
  focusDay(days[Math.min(Math.max(to, 0), days.length - 1)])
}

function sayDay(walk: HTMLElement, day: HTMLElement): void {
  dayWords.textContent = day.ariaLabel
  const half = day.offsetLeft > walk.offsetWidth / 2
  dayWords.style.left = half ? 'auto' : `${day.offsetLeft}px`
  dayWords.style.right = half ? `${walk.offsetWidth - day.offsetLeft - day.offsetWidth}px` : 'auto'
  walk.append(dayWords)
}
