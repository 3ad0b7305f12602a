// Keys, ticking of a whole page and reloading for the inbox of alerts. Without it, forms and links do the same.

const REFRESH_MS = 20_000
const KEYS_OFF = 'allclear-inbox-keys-off'

const inbox = document.querySelector<HTMLElement>('[data-inbox]')
if (inbox !== null) start(inbox)

function start(list: HTMLElement): void {
  const keys = document.querySelector<HTMLDetailsElement>('[data-keys]')
  const areOn = document.querySelector<HTMLInputElement>('[data-keys-on]')
  if (keys !== null) keys.hidden = false
  if (areOn !== null) {
    areOn.checked = localStorage.getItem(KEYS_OFF) === null
    areOn.addEventListener('change', () => {
      if (areOn.checked) localStorage.removeItem(KEYS_OFF)
      else localStorage.setItem(KEYS_OFF, 'yes')
    })
  }
  prepare(list)
  list.addEventListener('change', () => showTicked(list))
  list.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('[data-tick-all]') !== null) tickAll(list)
  })
  document.addEventListener('keydown', (event) => {
    if (areOn?.checked === false || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (act(event.key, list, keys)) event.preventDefault()
  })
  document.querySelector('[data-refresh]')?.addEventListener('click', (event) => {
    event.preventDefault()
    void refresh(list, true)
  })
  setInterval(() => {
    if (document.visibilityState === 'visible') void refresh(list, false)
  }, REFRESH_MS)
}

/** Whether the key meant something here. */
function act(key: string, list: HTMLElement, keys: HTMLDetailsElement | null): boolean {
  switch (key) {
    case 'j':
      return move(list, 1)
    case 'k':
      return move(list, -1)
    case 'x':
      current(list)?.querySelector('input')?.click()
      return true
    case 'a':
      tickAll(list)
      return true
    case 'o':
      current(list)?.querySelector<HTMLAnchorElement>('h3 a')?.click()
      return true
    case 'e':
      return submit(list, 'acknowledge')
    case 's':
      return submit(list, 'silence')
    case 'r':
      void refresh(list, true)
      return true
    case '/':
      document.querySelector<HTMLInputElement>('#q')?.focus()
      return true
    case '?':
      if (keys !== null) {
        keys.open = !keys.open
        keys.querySelector('summary')?.focus()
      }
      return true
    default:
      return false
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>('[data-alert]')]
}

function current(list: HTMLElement): HTMLElement | null {
  const row = document.activeElement?.closest<HTMLElement>('[data-alert]') ?? null
  return row !== null && list.contains(row) ? row : null
}

function move(list: HTMLElement, by: number): boolean {
  const all = rows(list)
  const row = current(list)
  const index = row === null ? (by > 0 ? 0 : all.length - 1) : all.indexOf(row) + by
  focusRow(all[Math.max(0, Math.min(all.length - 1, index))])
  return true
}

function focusRow(row: HTMLElement | undefined): void {
  const target = row?.querySelector<HTMLElement>('input[name="alert"]') ?? row?.querySelector<HTMLElement>('h3 a')
  target?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

function boxes(list: HTMLElement): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>('input[name="alert"]')]
}

function tickAll(list: HTMLElement): void {
  const all = boxes(list)
  const wanted = all.some(({ checked }) => !checked)
  for (const box of all) box.checked = wanted
  showTicked(list)
}

/** With none ticked, the alert that has the focus is meant. */
function submit(list: HTMLElement, action: string): boolean {
  const all = boxes(list)
  const one = current(list)?.querySelector<HTMLInputElement>('input[name="alert"]')
  const isAll = list.querySelector<HTMLInputElement>('input[name="all"]')?.checked === true
  if (one && !isAll && all.every(({ checked }) => !checked)) one.checked = true
  list.querySelector<HTMLButtonElement>(`button[name="action"][value="${action}"]`)?.click()
  return true
}

function prepare(list: HTMLElement): void {
  const all = list.querySelector<HTMLElement>('[data-tick-all]')
  if (all !== null) all.hidden = false
  showTicked(list)
}

function showTicked(list: HTMLElement): void {
  const ticked = boxes(list).filter(({ checked }) => checked).length
  const place = list.querySelector('[data-ticked]')
  if (place !== null) place.textContent = ticked === 0 ? '' : `${ticked} ticked`
}

let isRefreshing = false

/** Takes the list anew and keeps what is ticked and where the focus is. */
async function refresh(list: HTMLElement, isAsked: boolean): Promise<void> {
  if (isRefreshing) return
  isRefreshing = true
  try {
    const answer = await fetch(location.href)
    if (!answer.ok || answer.redirected) throw new Error(`The alerts answered ${answer.status}`)
    const fresh = new DOMParser()
      .parseFromString(await answer.text(), 'text/html')
      .querySelector<HTMLElement>('[data-inbox]')
    if (fresh === null) return
    const ticked = new Set(boxes(list).flatMap(({ checked, value }) => (checked ? [value] : [])))
    const isAll = list.querySelector<HTMLInputElement>('input[name="all"]')?.checked === true
    const focused = current(list)?.dataset['alert']
    const hasFocus = list.contains(document.activeElement)
    // Someone is at the buttons: swapping them away would take the focus along.
    if (hasFocus && focused === undefined && !isAsked) return
    list.replaceChildren(...fresh.childNodes)
    for (const box of boxes(list)) box.checked = ticked.has(box.value)
    const all = list.querySelector<HTMLInputElement>('input[name="all"]')
    if (all !== null) all.checked = isAll
    if (focused !== undefined) focusRow(rows(list).find(({ dataset }) => dataset['alert'] === focused))
    prepare(list)
    say(`Up to date at ${new Date().toLocaleTimeString()}`, isAsked)
  } catch {
    say('Not up to date: the alerts could not be loaded.', isAsked)
  } finally {
    isRefreshing = false
  }
}

function say(text: string, isAsked: boolean): void {
  const updated = document.querySelector('[data-updated]')
  if (updated !== null) updated.textContent = text
  const announce = document.querySelector('[data-announce]')
  if (announce !== null && isAsked) announce.textContent = text
}
