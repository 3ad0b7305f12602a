// Offers notifications of this browser where it can have them. Permission is asked for by the click and at no other time.

/** What was chosen for each status page that tells this browser, for when it renews its subscription by itself. */
const CHOICE = 'push-choice'
/** In no language: programs read it. */
const API = '/api/v1'

const pushPlace = document.querySelector<HTMLElement>('[data-push]')
if (pushPlace !== null && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)
  offerPush(pushPlace)

type State = 'off' | 'asked' | 'on' | 'ended' | 'denied' | 'failed'

function offerPush(section: HTMLElement): void {
  const [turnOn, turnOff] = ['on', 'off'].map((name) => section.querySelector<HTMLButtonElement>(`[data-turn=${name}]`))
  const status = section.querySelector('[role=status]')
  if (turnOn === null || turnOn === undefined || turnOff === null || turnOff === undefined || status === null) return

  const show = (state: State) => {
    const isOn = state === 'on' || state === 'asked'
    turnOn.hidden = isOn
    turnOff.hidden = !isOn
    status.textContent = section.querySelector(`[data-when=${state}]`)?.textContent ?? ''
  }
  const act = (button: HTMLButtonElement, action: () => Promise<State>) =>
    button.addEventListener('click', () => {
      button.disabled = true
      void action()
        .catch((): State => 'failed')
        .then(show)
        .finally(() => {
          button.disabled = false
        })
    })
  act(turnOn, () => subscribe(section))
  act(turnOff, () => unsubscribe(section))
  section.hidden = false
  void isChosen(section).then((known) => show(known ? 'on' : 'off'))
}

/** Where the choice for a page lies in the cache. */
function placeOf({ dataset }: HTMLElement): string {
  return `/push-choice/${dataset['push'] ?? 'main'}`
}

async function isChosen(section: HTMLElement): Promise<boolean> {
  const kept = await (await caches.open(CHOICE)).match(placeOf(section))
  return kept !== undefined && (await subscription()) !== null
}

async function subscription(): Promise<PushSubscription | null> {
  return (await (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription()) ?? null
}

async function subscribe(section: HTMLElement): Promise<State> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const { lang = 'en' } = section.dataset
  const answer = await fetch(`${API}/push-key`)
  const { key } = (await answer.json()) as { key: string }
  await navigator.serviceWorker.register('/sw.js')
  const { pushManager } = await navigator.serviceWorker.ready
  const known = await pushManager.getSubscription()
  // One that is bound to another key could not be told anything; one of another page here is for this one, too.
  const isOurs = known !== null && isSameKey(known.options.applicationServerKey, key)
  if (known !== null && !isOurs) await known.unsubscribe()
  const made = isOurs ? known : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const choice = { ...chosen(section), page: section.dataset['push'], language: lang }
  const taken = await postJson(`${API}/subscribers`, { ...choice, channel: channelOf(made) })
  if (!taken.ok) {
    if (!isOurs) await made.unsubscribe()
    return 'failed'
  }
  await (await caches.open(CHOICE)).put(placeOf(section), Response.json(choice))
  return 'asked'
}

async function unsubscribe(section: HTMLElement): Promise<State> {
  const known = await subscription()
  if (known === null) return 'ended'
  const page = section.dataset['push']
  const left = await postJson(`${API}/push-unsubscribe`, { ...channelOf(known), page }).catch(() => null)
  const choices = await caches.open(CHOICE)
  await choices.delete(placeOf(section))
  if ((await choices.keys()).length > 0) return left?.ok === true ? 'ended' : 'failed'
  // Should our word not have arrived, the push service says it.
  await known.unsubscribe()
  return 'ended'
}

function isSameKey(bytes: ArrayBuffer | null, key: string): boolean {
  if (bytes === null) return false
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === key
}

function channelOf(known: PushSubscription): object {
  const { endpoint, keys } = known.toJSON()
  return { kind: 'push', endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'] }
}

/** The form beside it says what. */
function chosen(section: HTMLElement): object {
  const form = section.closest('form')
  if (form === null) return {}
  const fields = new FormData(form)
  return {
    components: fields.getAll('component'),
    groups: fields.getAll('group'),
    impact: fields.get('impact') ?? undefined,
    level: fields.get('level') ?? undefined,
    postMortems: fields.has('postMortems'),
  }
}

function postJson(address: string, body: object): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}
