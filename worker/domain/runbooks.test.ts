import { expect, it } from 'vitest'
import { Service } from './catalogue.ts'
import { runbookUrlOf, runbooksFor } from './runbooks.ts'

it.each([
  [{ runbook_url: 'https://wiki.example/a' }, 'https://wiki.example/a'],
  [{ runbook: ' http://wiki.example/a ' }, 'http://wiki.example/a'],
  [{ runbook_url: 'javascript:alert(1)' }, null],
  [{ runbook_url: 'data:text/html,x' }, null],
  [{ runbook_url: '//wiki.example' }, null],
  [{ runbook_url: 'https://' }, null],
  [{ runbook_url: 'https://a b' }, null],
  [{}, null],
])('%o leads to %s', (annotations, url) => {
  expect(runbookUrlOf(annotations)).toBe(url)
})

it('lists those of the alerts, then those of the services, each address once', () => {
  const runbooks = [
    { title: 'Restart', url: 'https://wiki.example/restart' },
    { title: 'Errors', url: 'https://wiki.example/a' },
  ]
  const services = [
    Service.parse({ id: 'checkout', name: 'Checkout', runbooks }),
    Service.parse({ id: 'search', name: 'Search', runbooks: [{ title: 'Other', url: 'https://wiki.example/o' }] }),
  ]
  const alerts = [
    { labels: { alertname: 'HighErrorRate' }, annotations: { runbook_url: 'https://wiki.example/a' } },
    { labels: { alertname: 'Slow' }, annotations: {} },
  ]
  expect(runbooksFor(['checkout'], services, alerts)).toEqual([
    { title: 'Runbook of HighErrorRate', url: 'https://wiki.example/a', of: 'HighErrorRate' },
    { title: 'Restart', url: 'https://wiki.example/restart', of: 'Checkout' },
  ])
})
