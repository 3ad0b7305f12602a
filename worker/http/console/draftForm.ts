import type { Incident } from '../../domain/incident.ts'
import { toWallMs } from '../../domain/wallClock.ts'
import { NEXT_UPDATE_MINUTES } from './forms.ts'
import type { RefusedForm } from './views.ts'

/** The composer with a draft in it; null when there is none of this id. */
export function draftForm(incident: Incident, draftId: string | undefined, timeZone: string): RefusedForm | null {
  const pending = incident.pendingUpdates.find(({ id }) => id === draftId)
  if (pending === undefined) return null
  const { content, postsAtMs, id } = pending
  const { audience, body, status, components, translations = {}, nextUpdateAtMs, nextUpdateAfterMs = null } = content
  const minutes = NEXT_UPDATE_MINUTES.find((each) => Number(each) * 60_000 === nextUpdateAfterMs)
  const field = (atMs: number | null) =>
    atMs === null ? '' : new Date(toWallMs(timeZone, atMs)).toISOString().slice(0, 16)
  const promisedAtMs = nextUpdateAtMs ?? (nextUpdateAfterMs === null ? null : Date.now() + nextUpdateAfterMs)
  const values = {
    draft: id,
    audience,
    body,
    status: status ?? '',
    nextUpdate: minutes ?? (promisedAtMs === null ? '' : 'at'),
    nextUpdateAt: field(promisedAtMs),
    when: postsAtMs !== null && postsAtMs > Date.now() ? 'at' : 'now',
    postAt: field(postsAtMs),
    happenedAt: field(content.happenedAtMs ?? null),
    notify: content.notify === true ? 'yes' : '',
    ...Object.fromEntries(components.map(({ id: component, status: to }) => [`component:${component}`, to])),
    ...Object.fromEntries(Object.entries(translations).map(([language, text]) => [`translation:${language}`, text])),
  }
  return { form: 'updates', values, errors: {}, message: null }
}
