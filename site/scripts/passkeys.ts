// Adds passkeys to the sign-in page and the settings. Without script or without WebAuthn its buttons stay hidden.

interface Ceremony {
  readonly options: unknown
  readonly ticket: string
}

for (const place of document.querySelectorAll<HTMLElement>('[data-passkey]')) offer(place)

function offer(place: HTMLElement): void {
  const button = place.querySelector('button')
  const status = place.querySelector('[role=status]')
  if (button === null || status === null || !isSupported()) return
  if (isAddress(location.hostname)) {
    // A passkey belongs to a name, never to an IP address.
    button.hidden = true
    status.textContent = location.hostname === '127.0.0.1' ? 'Open the console as localhost to use a passkey.' : ''
  }
  place.hidden = false
  button.addEventListener('click', () => {
    button.disabled = true
    status.textContent = 'Waiting for your passkey …'
    run(place)
      .then((path) => location.assign(path))
      .catch((error: unknown) => {
        button.disabled = false
        status.textContent = messageOf(error)
      })
  })
}

/** Runs the ceremony; returns where to go. */
async function run(place: HTMLElement): Promise<string> {
  if (place.dataset['passkey'] === 'sign-in') {
    const { options, ticket } = ceremonyOf(await post('/console/passkeys/sign-in/options', {}))
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(requestOptions(options))
    const credential = await navigator.credentials.get({ publicKey })
    return nextOf(
      await post('/console/passkeys/sign-in', { ticket, next: place.dataset['next'], credential: toJson(credential) }),
    )
  }
  const name = place.querySelector('input')?.value ?? ''
  const { options, ticket } = ceremonyOf(await post('/console/passkeys/options', {}))
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creationOptions(options))
  const credential = await navigator.credentials.create({ publicKey })
  return nextOf(await post('/console/passkeys', { ticket, name, credential: toJson(credential) }))
}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  throw new Error(isRecord(answer) && typeof answer['detail'] === 'string' ? answer['detail'] : 'That did not work.')
}

function isSupported(): boolean {
  return 'PublicKeyCredential' in window && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

function isAddress(hostname: string): boolean {
  return /^[\d.]+$|^\[/.test(hostname)
}

function toJson(credential: Credential | null): unknown {
  if (credential instanceof PublicKeyCredential) return credential.toJSON()
  throw new Error('No passkey was chosen.')
}

function messageOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'NotAllowedError')
    return 'No passkey was used. Try again when you are ready.'
  if (error instanceof DOMException && error.name === 'InvalidStateError')
    return 'This device has a passkey for you already.'
  return error instanceof Error ? error.message : 'That did not work.'
}

function ceremonyOf(answer: unknown): Ceremony {
  if (isRecord(answer) && typeof answer['ticket'] === 'string')
    return { options: answer['options'], ticket: answer['ticket'] }
  throw new Error('The answer was not understood.')
}

function nextOf(answer: unknown): string {
  return isRecord(answer) && typeof answer['next'] === 'string' ? answer['next'] : '/console'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

// The browser checks every field itself and says what is wrong.
function requestOptions(options: unknown): PublicKeyCredentialRequestOptionsJSON {
  return options as PublicKeyCredentialRequestOptionsJSON
}

function creationOptions(options: unknown): PublicKeyCredentialCreationOptionsJSON {
  return options as PublicKeyCredentialCreationOptionsJSON
}
