/** What Sentry posts, in the shapes of its documentation, cut to a few of the many fields. */

const ENVELOPE = {
  installation: { uuid: 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de' },
  actor: { type: 'application', id: 'sentry', name: 'Sentry' },
}

export const SENTRY_ISSUE = {
  action: 'created',
  ...ENVELOPE,
  data: {
    issue: {
      url: 'https://sentry.io/api/0/organizations/acme/issues/1170820242/',
      web_url: 'https://acme.sentry.io/issues/1170820242/',
      project_url: 'https://acme.sentry.io/issues/?project=5',
      id: '1170820242',
      shareId: null,
      shortId: 'CHECKOUT-24',
      title: 'ReferenceError: blooopy is not defined',
      culprit: '?(<anonymous>)',
      permalink: null,
      logger: null,
      level: 'error',
      status: 'unresolved',
      statusDetails: {},
      substatus: 'new',
      platform: 'javascript',
      project: { id: '5', name: 'Checkout', slug: 'checkout', platform: 'javascript' },
      type: 'error',
      metadata: { value: 'blooopy is not defined', type: 'ReferenceError' },
      count: '1',
      userCount: 1,
      firstSeen: '2026-05-01T10:00:00.000000Z',
      lastSeen: '2026-05-01T10:00:00.000000Z',
      priority: 'high',
    },
  },
}

export const SENTRY_EVENT_ALERT = {
  action: 'triggered',
  ...ENVELOPE,
  data: {
    event: {
      _ref: 1,
      contexts: { browser: { name: 'Chrome', version: '75.0.3770' } },
      culprit: '?(<anonymous>)',
      datetime: '2026-05-01T10:00:00.394000Z',
      environment: 'production',
      event_id: 'e4874d664c3540c1a32eab185f12c5ab',
      issue_id: '1170820242',
      issue_url: 'https://sentry.io/api/0/issues/1170820242/',
      level: 'error',
      platform: 'javascript',
      project: 5,
      release: 'checkout@142',
      tags: [
        ['browser', 'Chrome 75.0.3770'],
        ['environment', 'production'],
        ['handled', 'no'],
        ['level', 'error'],
      ],
      timestamp: 1566248777.394,
      title: 'ReferenceError: heck is not defined',
      type: 'error',
      url: 'https://sentry.io/api/0/projects/acme/checkout/events/e4874d664c3540c1a32eab185f12c5ab/',
      web_url: 'https://sentry.io/organizations/acme/issues/1170820242/events/e4874d664c3540c1a32eab185f12c5ab/',
    },
    triggered_rule: 'Very important alert rule',
    issue_alert: { title: 'Very important alert rule', settings: [] },
  },
}

export const SENTRY_METRIC_ALERT = {
  action: 'critical',
  ...ENVELOPE,
  data: {
    description_text: '1000 events in the last 10 minutes\nFilter: level:error',
    description_title: 'Critical: Too many errors',
    metric_alert: {
      alert_rule: {
        id: '7',
        name: 'Too many errors',
        aggregate: 'count()',
        query: 'level:error',
        environment: null,
        dataset: 'events',
        threshold_type: 0,
        time_window: 10,
        triggers: [{ id: '127', label: 'critical', alert_threshold: 1000, actions: [] }],
      },
      date_closed: null,
      date_created: '2026-05-01T10:00:00.000Z',
      date_detected: '2026-05-01T10:00:00.000Z',
      date_started: '2026-05-01T09:58:00.000Z',
      id: '4',
      identifier: '3',
      organization_id: '1',
      projects: ['checkout'],
      status: 20,
      title: 'Too many errors',
    },
    web_url: 'https://sentry.io/organizations/acme/alerts/rules/details/7/?alert=3',
  },
}

export const SENTRY_INSTALLATION = {
  action: 'created',
  ...ENVELOPE,
  data: { installation: { status: 'pending', organization: { slug: 'acme' }, app: { slug: 'allclear' }, code: 'c' } },
}
