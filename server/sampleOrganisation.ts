import type { z } from 'zod'
import type { Service } from '../worker/domain/catalogue.ts'
import type { Organisation } from '../worker/domain/organisation.ts'

type Escalation = z.input<typeof Service>['escalation']

const DAY_MS = 24 * 3600 * 1000

/** What has to report in the sample organisation; its key stands in `credentials.json`. */
export const SAMPLE_HEARTBEAT = 'nightly-backup'

/** A small shop, so that a first look finds people, services, schedules and a playbook to try. */
export function sampleOrganisation(today: Date): z.input<typeof Organisation> {
  return {
    statusPage: { name: 'Acme Shop', timeZone: 'Europe/Berlin', supportUrl: 'https://acme-shop.example.com/help' },
    groupBy: ['alertname', 'service'],
    responders: [
      { id: 'alice', name: 'Alice Adler', email: 'alice@example.com', role: 'manager' },
      { id: 'bob', name: 'Bob Brandt', email: 'bob@example.com', role: 'responder' },
      { id: 'charlie', name: 'Charlie Conte', email: 'charlie@example.com', role: 'responder' },
    ],
    components: [
      { id: 'storefront', name: 'Storefront', group: 'Shop', description: 'Browsing products and prices.' },
      { id: 'checkout', name: 'Checkout', group: 'Shop', description: 'Basket, delivery and placing an order.' },
      { id: 'search', name: 'Search', group: 'Shop', description: 'Finding products by words and filters.' },
      { id: 'card-payments', name: 'Card payments', group: 'Payments' },
      { id: 'bank-transfers', name: 'Bank transfers', group: 'Payments' },
      { id: 'partner-api', name: 'Partner API', description: 'Orders and stock for partners.' },
    ],
    environments: [
      { id: 'production', name: 'Production', production: true },
      { id: 'staging', name: 'Staging' },
    ],
    teams: [
      { id: 'shop', name: 'Shop', members: ['alice', 'charlie'] },
      { id: 'payments', name: 'Payments', members: ['bob'] },
      { id: 'platform', name: 'Platform', members: ['alice', 'bob'] },
    ],
    services: [
      {
        id: 'storefront',
        name: 'Storefront',
        description: 'Product pages, baskets and accounts, as customers see them.',
        tier: 2,
        owner: 'shop',
        dependsOn: ['checkout', 'search', 'catalogue-db'],
        aliases: ['shop-web'],
        components: ['storefront'],
        runbooks: [link('Storefront is slow', '/runbooks/storefront-slow')],
        dashboards: [link('Storefront', '/dashboards/storefront')],
        repositories: ['acme-shop/storefront'],
        users: 120_000,
        escalation: DAYTIME_ONLY,
      },
      {
        id: 'checkout',
        name: 'Checkout',
        description: 'Turns a basket into an order.',
        tier: 1,
        owner: 'shop',
        dependsOn: ['payments', 'orders-db'],
        aliases: ['checkout-api'],
        components: ['checkout', 'storefront'],
        runbooks: [
          link('Orders fail', '/runbooks/orders-fail'),
          link('Checkout answers 5xx', '/runbooks/checkout-5xx'),
        ],
        dashboards: [link('Orders', '/dashboards/orders')],
        repositories: ['acme-shop/checkout'],
        users: 40_000,
        escalation: URGENT_FIRST,
      },
      {
        id: 'payments',
        name: 'Payments',
        description: 'Cards and bank transfers, by way of the payment provider.',
        tier: 1,
        owner: 'payments',
        dependsOn: ['orders-db'],
        aliases: ['payment-gateway'],
        components: ['card-payments', 'bank-transfers'],
        runbooks: [link('The provider is down', '/runbooks/provider-down')],
        dashboards: [link('Payments', '/dashboards/payments')],
        repositories: ['acme-shop/payments'],
        users: 40_000,
        escalation: URGENT_FIRST,
      },
      {
        id: 'search',
        name: 'Search',
        tier: 2,
        owner: 'shop',
        dependsOn: ['catalogue-db'],
        components: ['search', 'partner-api'],
        dashboards: [link('Search', '/dashboards/search')],
        repositories: ['acme-shop/search'],
        users: 90_000,
        escalation: DAYTIME_ONLY,
      },
      {
        id: 'orders-db',
        name: 'Orders database',
        tier: 1,
        owner: 'platform',
        aliases: ['orders-postgres'],
        runbooks: [link('Fail over to the replica', '/runbooks/postgres-failover')],
        dashboards: [link('Databases', '/dashboards/databases')],
        repositories: ['acme-shop/infrastructure'],
        escalation: URGENT_FIRST,
      },
      {
        id: 'catalogue-db',
        name: 'Catalogue database',
        tier: 2,
        owner: 'platform',
        runbooks: [link('Fail over to the replica', '/runbooks/postgres-failover')],
        dashboards: [link('Databases', '/dashboards/databases')],
        repositories: ['acme-shop/infrastructure'],
        escalation: DAYTIME_ONLY,
      },
    ],
    // Two hours more than a day: a backup takes longer on some nights.
    heartbeats: [
      {
        id: SAMPLE_HEARTBEAT,
        name: 'Nightly backup',
        service: 'payments',
        severity: 'sev4',
        everySeconds: 26 * 3600,
        graceSeconds: 600,
      },
    ],
    schedules: [
      {
        id: 'primary',
        name: 'Primary',
        timeZone: 'Europe/Berlin',
        rotation: { startsOn: lastMonday(today), handoffTime: '09:00', weeks: 1, members: ['alice', 'bob'] },
      },
      {
        id: 'secondary',
        name: 'Secondary',
        timeZone: 'Europe/Berlin',
        rotation: { startsOn: lastMonday(today), handoffTime: '09:00', weeks: 1, members: ['bob', 'charlie', 'alice'] },
      },
    ],
    policies: [
      {
        id: 'urgent',
        name: 'Urgent: wake someone',
        steps: [
          { targets: [{ kind: 'schedule', id: 'primary' }], waitSeconds: 300 },
          { targets: [{ kind: 'schedule', id: 'secondary' }], waitSeconds: 300 },
          { targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 600 },
        ],
        repeats: 2,
      },
      {
        id: 'daytime',
        name: 'Daytime: no hurry',
        steps: [
          { targets: [{ kind: 'schedule', id: 'primary' }], waitSeconds: 1800 },
          { targets: [{ kind: 'schedule', id: 'secondary' }], waitSeconds: 3600 },
        ],
        repeats: 0,
      },
    ],
    // Port 9 discards: nothing happens until an operator puts a real address here.
    connections: [{ id: 'deployer', name: 'Deployer', url: 'http://127.0.0.1:9' }],
    playbooks: [{ id: 'restart-checkout', yaml: RESTART_CHECKOUT }],
  }
}

const URGENT_FIRST: Escalation = [
  { severities: ['sev1', 'sev2'], policy: 'urgent' },
  { severities: ['sev3'], policy: 'daytime' },
]
const DAYTIME_ONLY: Escalation = [{ severities: ['sev1', 'sev2', 'sev3'], policy: 'daytime' }]

function link(title: string, path: string): { title: string; url: string } {
  return { title, url: `https://wiki.acme-shop.example.com${path}` }
}

const RESTART_CHECKOUT = `name: Restart checkout
description: When checkout hangs and its last release is older than an hour.
services: [checkout]
steps:
  - kind: diagnose
    title: Is checkout answering?
    url: http://127.0.0.1:9/healthz
    expectStatus: 200
  - kind: ask
    title: Was anything released in the last hour?
    options: ['no', 'yes', 'not sure']
  - kind: act
    title: Restart every checkout instance, one after the other
    connection: deployer
    method: POST
    path: /services/checkout/restart
    risk: high
  - kind: wait
    title: Let the instances warm up
    seconds: 60
  - kind: approve
    title: Orders are being placed again
  - kind: update
    title: Tell customers
    audience: public
    status: monitoring
    body: We have restarted our checkout and orders go through again. We are watching it closely.
    components:
      - id: checkout
        status: operational
`

/** The Monday on or before the day before, so that a rotation's first shift has begun. */
function lastMonday(today: Date): string {
  const yesterday = new Date(today.getTime() - DAY_MS)
  const sinceMonday = (yesterday.getUTCDay() + 6) % 7
  return new Date(yesterday.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 10)
}
