import { describe, expect, it } from 'vitest'
import { POLICY } from '../../test/sampleIncident.ts'
import type { Incident, Page } from '../domain/incident.ts'
import { IncidentId } from '../domain/identifiers.ts'
import { faultOf } from './mail.ts'
import type { PageMessage } from './pageMessage.ts'
import { pageMail, pageWebhookBody } from './pageMessage.ts'

const AT_MS = Date.UTC(2026, 10, 24, 14, 2)
const ADDRESSES = { from: 'Allclear <pages@acme.example>', to: 'bob@example.com' }

const page: Page = {
  id: 'page1',
  round: 0,
  step: 1,
  responder: { id: 'bob', name: 'Bob' },
  channel: 'email',
  address: 'bob@example.com',
  state: 'queued',
  queuedAtMs: AT_MS,
  attempts: 0,
  note: '',
}
const incident: Incident = {
  id: IncidentId.parse('0123456789ab'),
  version: 3,
  title: 'CheckoutErrors on checkout',
  publicTitle: 'Checkout is slow',
  summary: 'Five per cent of payments fail.',
  phase: 'triggered',
  severity: 'sev2',
  severityReason: 'label severity="critical"',
  severityParts: [],
  severities: [],
  services: [{ id: 'checkout', name: 'Checkout' }],
  components: [],
  times: {
    startedAtMs: AT_MS,
    detectedAtMs: AT_MS,
    firstPagedAtMs: null,
    acknowledgedAtMs: null,
    mitigatedAtMs: null,
    resolvedAtMs: null,
  },
  alerts: { total: 12, firing: 7, fresh: 0 },
  amountsTo: { alerts: 'sev2', impact: null, whenSet: null },
  alertTitles: [],
  headline: null,
  measured: [],
  fixedBy: '',
  roles: {},
  tasks: [],
  hypotheses: [],
  paging: null,
  pages: [page],
  runs: [],
  updates: [],
  pendingUpdates: [],
  undoable: null,
  isBackdated: false,
  publicChangedAtMs: null,
  nextUpdateAtMs: null,
  mergedInto: null,
  absorbed: [],
}
const message: PageMessage = {
  page,
  incident,
  publicUrl: 'https://status.acme.example/',
  acknowledgeUrl: 'https://status.acme.example/acknowledge/token',
}

describe('pageMail', () => {
  it('says how bad, what, since when, who else knows, and how to answer', () => {
    const mail = pageMail(message, ADDRESSES)
    expect(mail.subject).toBe('[SEV2] CheckoutErrors on checkout')
    expect(mail.messageId).toBe('<page.page1@status.acme.example>')
    for (const fact of [
      'Services: Checkout',
      'Alerts: 7 firing, 12 in all',
      'Since: 2026-11-24 14:02 UTC',
      'Escalation: step 2',
      'Five per cent of payments fail.',
      'Acknowledge: https://status.acme.example/acknowledge/token',
      'Incident room: https://status.acme.example/console/incidents/0123456789ab',
    ])
      expect(mail.text).toContain(fact)
    expect(mail.html).toContain('href="https://status.acme.example/acknowledge/token"')
    expect(faultOf(mail)).toBeNull()
  })

  it('says why people who answered before are called again', () => {
    const paging = { policy: POLICY, step: 0, round: 0, escalatesAtMs: null, state: 'calling', turn: 1 } as const
    const raised = { kind: 'raised', from: 'sev3', to: 'sev2', reason: 'the alert says critical' } as const
    const mail = pageMail({ ...message, incident: { ...incident, paging: { ...paging, because: raised } } }, ADDRESSES)
    expect(mail.subject).toBe('[SEV2, raised from SEV3] CheckoutErrors on checkout')
    expect(mail.text).toContain('Raised from sev3 to sev2: the alert says critical.')
    expect(mail.html).toContain('Raised from sev3 to sev2: the alert says critical.')
    const again = { kind: 'reopened', reason: 'An alert fires again' } as const
    const reopened = pageMail(
      {
        ...message,
        incident: { ...incident, paging: { ...paging, because: again }, alerts: { total: 20, firing: 8, fresh: 8 } },
      },
      ADDRESSES,
    )
    expect(reopened.subject).toBe('[SEV2, fires again] CheckoutErrors on checkout')
    expect(reopened.text).toContain('taken to be mitigated, and an alert fires again')
    expect(reopened.text).toContain('8 firing, 20 in all, 8 new since acknowledged')
  })

  it('begins with the sentence that sums it up, as text', () => {
    const sentence = 'Checkout is slow for <b>5%</b> of users; sev2 because tier 1 × more than 1% of users.'
    const headline = { sentence, clauses: [{ text: sentence, fact: null }], changed: [] }
    const summed = { ...message, incident: { ...incident, headline } }
    const mail = pageMail(summed, ADDRESSES)
    expect(mail.text).toContain(sentence)
    expect(mail.html).toContain('slow for &lt;b&gt;5%')
    expect(JSON.parse(pageWebhookBody(summed, AT_MS))).toMatchObject({ data: { incident: { headline: sentence } } })
  })

  it('lets an alert write neither a header nor HTML', () => {
    const hostile = { ...incident, title: 'x\r\nBcc: eve@example.com<img src=x>', summary: '<script>alert(1)</script>' }
    const mail = pageMail({ ...message, incident: hostile }, ADDRESSES)
    expect(faultOf(mail)).toBeNull()
    expect(mail.html).not.toMatch(/<script|<img/)
  })
})

describe('pageWebhookBody', () => {
  it('holds what a program needs to page someone', () => {
    expect(JSON.parse(pageWebhookBody(message, AT_MS))).toMatchObject({
      type: 'page.requested',
      timestamp: '2026-11-24T14:02:00.000Z',
      data: {
        page: { id: 'page1', step: 2, round: 1, responder: { id: 'bob', name: 'Bob' } },
        incident: { id: '0123456789ab', severity: 'sev2', startedAt: '2026-11-24T14:02:00.000Z' },
        roomUrl: 'https://status.acme.example/console/incidents/0123456789ab',
      },
    })
  })
})
