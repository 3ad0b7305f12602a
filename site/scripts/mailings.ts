// Shows how far notices have come while they go out, and says it now and then. Without it, reload the page.

const EVERY_MS = 2_000
/** A screen reader is not told each figure. */
const SAID_EVERY_MS = 15_000

interface Progress {
  readonly progress: readonly { readonly subject: string; readonly text: string }[]
  readonly isGoingOn: boolean
}

const places = new Map<string, HTMLElement>()
for (const place of document.querySelectorAll<HTMLElement>('[data-progress]'))
  places.set(place.dataset['progress'] ?? '', place)
const said = document.querySelector<HTMLElement>('[data-progress-said]')
let saidAtMs = Date.now()

if (places.size > 0) void follow()

async function follow(): Promise<void> {
  let wasGoingOn = false
  for (;;) {
    const now = await ask()
    if (now !== null) {
      const latest = now.progress[0]
      for (const { subject, text } of now.progress) {
        const place = places.get(subject)
        if (place !== undefined && place.textContent !== text) place.textContent = text
      }
      const isTime = Date.now() - saidAtMs >= SAID_EVERY_MS
      if (said !== null && latest !== undefined && (wasGoingOn ? !now.isGoingOn || isTime : false)) {
        said.textContent = latest.text
        saidAtMs = Date.now()
      }
      wasGoingOn = now.isGoingOn
    }
    await new Promise((resolve) => setTimeout(resolve, wasGoingOn ? EVERY_MS : 5 * EVERY_MS))
  }
}

/** Null while the console does not answer. */
async function ask(): Promise<Progress | null> {
  if (document.visibilityState === 'hidden') return null
  try {
    const answer = await fetch('/console/status-page/progress', { headers: { Accept: 'application/json' } })
    return answer.ok ? ((await answer.json()) as Progress) : null
  } catch {
    return null
  }
}
