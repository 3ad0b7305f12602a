/** The key that a sender carries: the password of Basic (any user), or a Bearer token. Null when there is none. */
export function integrationKeyOf(request: Request): string | null {
  const [scheme, value] = (request.headers.get('Authorization') ?? '').trim().split(/\s+/, 2)
  if (value === undefined) return null
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic') return null
  try {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0))
    const pair = new TextDecoder().decode(bytes)
    const colon = pair.indexOf(':')
    return colon < 0 || colon === pair.length - 1 ? null : pair.slice(colon + 1)
  } catch {
    return null
  }
}
