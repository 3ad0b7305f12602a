import type { Impact, PublicStatus } from './publicModel.ts'

/** How customers read the states of an incident. */
export const PUBLIC_STATUS_LABEL: Record<PublicStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

export const IMPACT_LABEL: Record<Impact, string> = {
  none: 'No impact on components',
  minor: 'Minor impact',
  major: 'Major impact',
  critical: 'Critical impact',
}
