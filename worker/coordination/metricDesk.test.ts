import { env } from 'cloudflare:workers'
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, it, vi } from 'vitest'
import { connections } from '../../db/schema.ts'
import { Metric } from '../domain/metric.ts'
import { database } from '../storage/database.ts'
import type { MetricDesk } from './metricDesk.ts'

it('shows what is measured although what another is asked with cannot be opened any more', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const connection = 'sealed-elsewhere'
  await database(env.DB)
    .insert(connections)
    .values({ id: connection, name: 'Prometheus', url: 'https://prometheus.example', position: 1, sealedToken: 'AAAA' })
  const metrics = [
    Metric.parse({ id: 'asked', name: 'Asked', source: { kind: 'prometheus', connection, query: 'up' } }),
    Metric.parse({ id: 'pushed', name: 'Pushed' }),
  ]
  const desk = env.METRIC_DESK.getByName(crypto.randomUUID())
  await desk.useMetrics(1, metrics)
  await desk.push('pushed', [{ atMs: Date.now(), value: 7 }])
  await runDurableObjectAlarm(desk)
  const [asked] = await desk.list()
  expect(asked?.failure).toMatch(/could not be asked/)
  const isFresh = await runInDurableObject(desk, (_: MetricDesk, { storage }) => storage.kv.get('isFresh'))
  expect(isFresh).toBe(false)
  error.mockRestore()
})
