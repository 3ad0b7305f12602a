import { z } from 'zod'

/** A sender of alerts or changes, and the keys it sends with. */

export const INTEGRATION_SOURCES = [
  'alertmanager',
  'grafana',
  'json',
  'pagerduty',
  'opsgenie',
  'github',
  'cloudevents',
  'sns',
  'sentry',
  'datadog',
  'email',
] as const
export const IntegrationSource = z.enum(INTEGRATION_SOURCES)
export type IntegrationSource = z.infer<typeof IntegrationSource>

export interface Integration {
  readonly id: string
  readonly source: IntegrationSource
  readonly name: string
  readonly createdAtMs: number
  readonly revokedAtMs: number | null
  /** Oldest first, with those that were revoked. */
  readonly keys: readonly IntegrationKey[]
}

export interface IntegrationKey {
  readonly id: string
  /** How it begins, to tell it from another; empty for one from before this was kept. */
  readonly hint: string
  readonly createdAtMs: number
  /** Empty when nobody was named. */
  readonly createdBy: string
  readonly lastUsedAtMs: number | null
  readonly revokedAtMs: number | null
}

/** A JSONata expression that makes alerts of messages of any form. */
export interface Mapping {
  readonly version: number
  /** Empty: the plain form again. */
  readonly expression: string
  readonly savedBy: string
  readonly savedAtMs: number
}

/** The old key and the new one, while a sender is changed over. */
export const LIVE_KEYS_MAX = 2

export type NamedIntegration = Pick<Integration, 'id' | 'name'>

export interface NewIntegrationKey {
  readonly keyId: string
  /** Shown once. */
  readonly key: string
  /** GitHub and Grafana: what they sign with. */
  readonly secret?: string
}

export interface NewIntegration extends NewIntegrationKey {
  readonly id: string
}

/** Those who sign what they send with a secret of ours. Sentry signs too, with one that it chooses itself. */
export function signs(source: IntegrationSource): boolean {
  return source === 'github' || source === 'grafana'
}
