import type { Impact } from './publicModel.ts'
import type { Level, ReaderFilter } from './readerFilter.ts'

/** A filter as operators read it. */

export const LEVEL_LABEL: Record<Level, string> = {
  everything: 'Everything',
  start_and_resolve: 'Start and end only',
  major_only: 'Major and critical incidents only',
  weekly_digest: 'A digest once a week',
  post_mortems_only: 'Post-mortems only',
  maintenance_only: 'Maintenance only',
}

const LEAST_LABEL: Record<Impact, string> = {
  none: '',
  minor: 'minor impact and worse',
  major: 'major impact and worse',
  critical: 'critical impact',
}

/** `nameOf`: what readers call a component. */
export function filterInWords(
  { components, groups, impact, level, postMortems, language }: ReaderFilter,
  nameOf: (componentId: string) => string = (id) => id,
): string {
  const places = [...components.map(nameOf), ...groups]
  return [
    LEVEL_LABEL[level],
    places.length === 0 ? '' : `on ${places.join(', ')}`,
    LEAST_LABEL[impact],
    postMortems || level === 'maintenance_only' ? '' : 'no post-mortems',
    language ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}
