// Offers notifications of this browser where it can have them. Permission is asked for by the click and at no other time.

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
  act(turnOff, unsubscribe)
  section.hidden = false
  void subscription().then((known) => show(known === null ? 'off' : 'on'))
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
  // One that is bound to another key could not be told anything.
  await (await pushManager.getSubscription())?.unsubscribe()
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const choice = { ...chosen(section), language: lang }
  const taken = await postJson(`${API}/subscribers`, { ...choice, channel: channelOf(made) })
  if (!taken.ok) {
    await made.unsubscribe()
    return 'failed'
  }
  await (await caches.open(CHOICE)).put('/push-choice', Response.json(choice))
  return 'asked'
}

async function unsubscribe(): Promise<State> {
  const known = await subscription()
  if (known === null) return 'ended'
  // The push service tells us too, should this not arrive.
  await postJson(`${API}/push-unsubscribe`, channelOf(known)).catch(() => null)
  await known.unsubscribe()
  await caches.delete(CHOICE)
  return 'ended'
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
