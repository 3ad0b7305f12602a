import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import type { ConfirmationRequest, Message } from './sender.ts'
import type { Notice } from '../domain/notice.ts'
import { readerFilter } from '../domain/readerFilter.ts'

/** One message to one subscriber, for the tests of every channel. */

export const PAGE = sampleModel().page

const [LATEST, FIRST] = sampleIncident().updates
if (LATEST === undefined || FIRST === undefined) throw new Error('The sample has two updates')

export const UPDATE: Notice & { kind: 'update' } = {
  kind: 'update',
  page: PAGE,
  incident: sampleIncident(),
  update: LATEST,
}

export const RESOLVED: Notice & { kind: 'update' } = {
  kind: 'update',
  page: PAGE,
  incident: sampleIncident({
    status: 'resolved',
    resolvedAtMs: AT_MS,
    nextUpdateAtMs: null,
    components: [{ id: 'checkout', name: 'Checkout', status: 'operational' }],
  }),
  update: {
    ...LATEST,
    id: 'update-3',
    status: 'resolved',
    body: 'It works again.',
    atMs: AT_MS,
    components: [{ id: 'checkout', name: 'Checkout', from: 'partial_outage', to: 'operational' }],
  },
}

const [planned] = sampleMaintenance().updates
if (planned === undefined) throw new Error('The sample has an update')

export const MAINTENANCE: Notice & { kind: 'maintenance' } = {
  kind: 'maintenance',
  page: PAGE,
  maintenance: sampleMaintenance(),
  update: planned,
  what: 'scheduled',
}

export const COMPONENTS: Notice & { kind: 'components' } = {
  kind: 'components',
  page: PAGE,
  id: 'change-1',
  atMs: AT_MS,
  changes: [
    { id: 'checkout', name: 'Checkout', from: 'operational', to: 'major_outage' },
    { id: 'docs', name: 'Docs', from: 'operational', to: 'degraded_performance' },
  ],
}

export const POST_MORTEM: Notice & { kind: 'post_mortem' } = {
  kind: 'post_mortem',
  page: PAGE,
  postMortem: samplePostMortem(),
  incident: null,
}

export const CONFIRMATION: ConfirmationRequest = {
  kind: 'confirmation',
  pageName: PAGE.name,
  publicUrl: PAGE.url,
  confirmUrl: `${PAGE.url}/subscribe/confirm/token-1`,
  incidentTitle: null,
  requestedAtMs: AT_MS,
}

export const NOTICES = { UPDATE, RESOLVED, MAINTENANCE, COMPONENTS, POST_MORTEM }

export function messageOf(content: Message['content'], changes: Partial<Message> = {}): Message {
  return {
    id: 'update:update-2.subscriber-1',
    subscriberId: 'subscriber-1',
    content,
    language: 'en',
    filter: readerFilter({}),
    links: { unsubscribe: `${PAGE.url}/unsubscribe/token-2`, manage: `${PAGE.url}/subscription/token-3` },
    threadTitle: null,
    isCorrection: false,
    isLast: false,
    nowMs: AT_MS,
    ...changes,
  }
}

/** Marks of every chat, mentions, controls, markup, and no end. */
export const HOSTILE = `<!channel> <@U123> @everyone *b* _i_ ~s~ \`c\` **x** [l](javascript:alert(1)) <https://evil.example|x> | # > - {{DATE(2020-01-01T00:00:00Z)}} \u0000\u001b[31m\u202e 🙈 ]] </script> ${'x'.repeat(300)}`

/** As bad as it gets: every text hostile, everything many, all of it long. */
export function hostileUpdate(): Notice & { kind: 'update' } {
  const names = Array.from({ length: 100 }, (_, index) => `${index} ${HOSTILE}`)
  return {
    ...UPDATE,
    page: { ...PAGE, name: HOSTILE },
    incident: { ...sampleIncident(), title: HOSTILE },
    update: {
      ...UPDATE.update,
      body: Array.from({ length: 200 }, (_, index) => `${HOSTILE} **bold ${index}**\n\n* ${HOSTILE}`).join('\n\n'),
      components: names.map((name, index) => ({ id: `c${index}`, name, from: 'operational', to: 'major_outage' })),
    },
  }
}
