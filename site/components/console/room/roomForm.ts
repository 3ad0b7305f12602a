import { toWallMs } from '../../../../worker/domain/wallClock.ts'
import type { RefusedForm, RoomView } from '../../../../worker/http/console/views.ts'
import { entryAddress } from './entryAddress.ts'

/** A form of the room: as it was typed when it has to be shown again, else as the incident is. */
export interface RoomForm {
  /** Where it is posted to. */
  readonly action: string
  /** Also the prefix of its fields' ids. */
  readonly name: string
  /** Whether it is the one that was sent last. */
  readonly isBack: boolean
  readonly message: string | null
  readonly value: (field: string, otherwise?: string) => string
  /** All that were sent of a field that can be there several times. */
  readonly values: (field: string) => readonly string[]
  readonly error: (field: string) => string | undefined
}

/** `path` is the form's address below the incident's. */
export function roomForm(view: Pick<RoomView, 'incident' | 'refused'>, path: string): RoomForm {
  const name = path.replaceAll('/', '-')
  const back: RefusedForm | null = view.refused?.form === name ? view.refused : null
  return {
    action: `/console/incidents/${view.incident.id}/${path}`,
    name,
    isBack: back !== null,
    message: back?.message ?? null,
    value: (field, otherwise = '') => {
      if (back === null) return otherwise
      const value = back.values[field]
      return typeof value === 'string' ? value : (value?.[0] ?? '')
    },
    values: (field) => [back?.values[field] ?? []].flat(),
    error: (field) => back?.errors[field],
  }
}

/** On this page, where the entry is shown; else on the one that has it. */
export function linkToEntry({ incident, timeline }: Pick<RoomView, 'incident' | 'timeline'>, sequence: number): string {
  return timeline.entries.some((entry) => entry.sequence === sequence)
    ? `#event-${sequence}`
    : entryAddress(`/console/incidents/${incident.id}`, sequence)
}

/** Such as 14:02:31; the day stands above it. */
export function clockTime(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(atMs)
}

/** What a `datetime-local` field of this zone shows. */
export function fieldTime(atMs: number, timeZone: string): string {
  return new Date(toWallMs(timeZone, atMs)).toISOString().slice(0, 16)
}

/** Whom something can be given to. */
export function ownerOptions(view: Pick<RoomView, 'people' | 'me'>): { value: string; label: string }[] {
  const { me } = view
  const others = view.people.filter(({ id }) => id !== me.id)
  return [
    { value: '', label: 'Nobody yet' },
    { value: me.id, label: `${me.name} (you)` },
    ...others.map(({ id, name }) => ({ value: id, label: name })),
  ]
}
