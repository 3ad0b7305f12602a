import type { ComponentStatus } from '../domain/componentStatus.ts'
import { worstStatus } from '../domain/componentStatus.ts'
import type { Language } from '../domain/language.ts'
import type {
  Announcement,
  ComponentsAnnouncement,
  MaintenanceAnnouncement,
  Notice,
  PostMortemAnnouncement,
} from '../domain/notice.ts'
import type { PublicComponentChange, PublicPage, Translations } from '../domain/publicModel.ts'
import { addressIn } from '../domain/publicAddress.ts'
import { threadOf } from '../domain/notice.ts'
import { momentIn } from '../domain/words/moment.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { NEWS_WORDS } from '../domain/words/newsWords.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import type { Digest } from '../domain/weeklyDigest.ts'
import type { ConfirmationRequest, ManageLinkRequest, Message } from './sender.ts'

/** Pure: what a notice says in the reader's language, before a chat, a push or a text message gives it its form. */

/** What a colour may repeat of it. */
export type Tone = ComponentStatus

export interface Brief {
  readonly pageName: string
  readonly pageUrl: string
  /** Notices of one thing have it in common. */
  readonly thread: string
  readonly title: string
  /** How things stand. */
  readonly state: string
  readonly tone: Tone
  /** Beside the state, such as the time; null: nothing. */
  readonly when: string | null
  readonly components: readonly { readonly name: string; readonly status: string }[]
  /** Markdown as written, or as translated. */
  readonly body: string
  readonly facts: readonly string[]
  readonly url: string
  readonly atMs: number
}

export function briefOf(
  notice: Notice,
  { language, isCorrection, isLast }: Pick<Message, 'language' | 'isCorrection' | 'isLast'>,
): Brief {
  const brief = plainBrief(notice, language)
  const words = NOTICE_WORDS[language]
  return {
    ...brief,
    thread: threadOf(notice),
    state: isCorrection ? words.corrected(brief.state) : brief.state,
    facts: isLast ? [...brief.facts, words.isLast] : brief.facts,
  }
}

/** Something that is asked of whoever reads it, with the one address to answer at. */
export interface Ask {
  readonly title: string
  readonly text: string
  readonly otherwise: string
  readonly label: string
  readonly url: string
}

export function askOf(request: ConfirmationRequest | ManageLinkRequest, { language, links }: Message): Ask {
  const words = NOTICE_WORDS[language]
  const { pageName } = request
  if (request.kind === 'manage_link')
    return { title: words.manageTitle(pageName), text: '', otherwise: '', label: words.change, url: links.manage }
  return {
    title: words.confirmTitle(pageName),
    text: words.confirmChat(wantedBy(request, language)),
    otherwise: words.confirmOtherwise,
    label: words.confirmLink,
    url: request.confirmUrl,
  }
}

/** What one who is asked to confirm would get. */
function wantedBy({ pageName, incidentTitle }: ConfirmationRequest, language: Language): string {
  const words = NOTICE_WORDS[language]
  return incidentTitle === null ? words.updatesOf(pageName) : words.updatesOn(incidentTitle)
}

type PlainBrief = Omit<Brief, 'thread'>

function plainBrief(notice: Notice, language: Language): PlainBrief {
  switch (notice.kind) {
    case 'update':
      return updateBrief(notice, language)
    case 'maintenance':
      return maintenanceBrief(notice, language)
    case 'components':
      return componentsBrief(notice, language)
    case 'post_mortem':
      return postMortemBrief(notice, language)
    case 'digest':
      return digestBrief(notice, language)
  }
}

function updateBrief({ page, incident, update }: Announcement, language: Language): PlainBrief {
  const labels = STATE_WORDS[language]
  const isOver = update.status === 'resolved'
  return {
    ...ofPage(page),
    title: incident.title,
    state: labels.incident[update.status],
    tone: isOver
      ? 'operational'
      : toneOf(
          incident.components.map(({ status }) => status),
          'degraded_performance',
        ),
    when: momentIn(page.timeZone, update.atMs, language),
    components:
      update.components.length > 0
        ? update.components.map((change) => changeOf(change, language))
        : incident.components.map(({ name, status }) => ({ name, status: labels.component[status] })),
    body: inLanguage(update, language),
    facts:
      isOver || incident.nextUpdateAtMs === null
        ? []
        : [NOTICE_WORDS[language].nextUpdateBy(momentIn(page.timeZone, incident.nextUpdateAtMs, language))],
    url: `${addressIn(page, language)}/incidents/${incident.id}`,
    atMs: update.atMs,
  }
}

function maintenanceBrief(
  { page, maintenance, update, what }: MaintenanceAnnouncement,
  language: Language,
): PlainBrief {
  const words = NOTICE_WORDS[language]
  const windowOf = (window: { readonly scheduledForMs: number; readonly scheduledUntilMs: number }) =>
    words.window(
      momentIn(page.timeZone, window.scheduledForMs, language),
      momentIn(page.timeZone, window.scheduledUntilMs, language),
    )
  return {
    ...ofPage(page),
    title: maintenance.title,
    state: NEWS_WORDS[language].maintenance[what],
    tone: what === 'completed' || what === 'cancelled' ? 'operational' : 'under_maintenance',
    when: windowOf(maintenance),
    components:
      update.components.length > 0
        ? update.components.map((change) => changeOf(change, language))
        : maintenance.components.map(({ name }) => ({ name, status: words.affected })),
    body: inLanguage(update, language),
    facts: update.rescheduledFrom === null ? [] : [words.plannedFor(windowOf(update.rescheduledFrom))],
    url: `${addressIn(page, language)}/maintenance/${maintenance.id}`,
    atMs: update.atMs,
  }
}

function componentsBrief({ page, changes, atMs }: ComponentsAnnouncement, language: Language): PlainBrief {
  const [only, second] = changes
  return {
    ...ofPage(page),
    title: changes.map(({ name }) => name).join(', '),
    state:
      only === undefined || second !== undefined
        ? NEWS_WORDS[language].componentsChanged
        : STATE_WORDS[language].component[only.to],
    tone: toneOf(
      changes.map(({ to }) => to),
      'operational',
    ),
    when: momentIn(page.timeZone, atMs, language),
    components: changes.map((change) => changeOf(change, language)),
    body: '',
    facts: [],
    url: `${addressIn(page, language)}/`,
    atMs,
  }
}

function postMortemBrief({ page, postMortem }: PostMortemAnnouncement, language: Language): PlainBrief {
  return {
    ...ofPage(page),
    title: postMortem.title,
    state: NEWS_WORDS[language].postMortem,
    tone: 'operational',
    when: null,
    components: [],
    body: postMortem.body,
    facts: [],
    url: `${addressIn(page, language)}/post-mortems/${postMortem.id}`,
    atMs: postMortem.publishedAtMs,
  }
}

/** The week as a list of links. */
function digestBrief(
  { page, fromMs, untilMs, incidents, maintenances, postMortems, ownChanges = [] }: Digest,
  language: Language,
): PlainBrief {
  const words = NOTICE_WORDS[language]
  const told = incidents.length + maintenances.length + postMortems.length
  const item = (title: string, path: string, state: string) =>
    `- [${escapeMarkdown(title)}](${addressIn(page, language)}${path}): ${state}`
  return {
    ...ofPage(page),
    title: words.digest,
    state:
      told === 0 && ownChanges.length > 0
        ? NEWS_WORDS[language].componentsChanged
        : words.counted(incidents.length, maintenances.length, postMortems.length),
    tone: 'operational',
    when: words.window(momentIn(page.timeZone, fromMs, language), momentIn(page.timeZone, untilMs, language)),
    components: [],
    body: [
      ...incidents.map(({ id, title, status }) =>
        item(title, `/incidents/${id}`, STATE_WORDS[language].incident[status]),
      ),
      ...maintenances.map(({ id, title, scheduledForMs }) =>
        item(title, `/maintenance/${id}`, momentIn(page.timeZone, scheduledForMs, language)),
      ),
      ...postMortems.map(({ id, title }) => item(title, `/post-mortems/${id}`, NEWS_WORDS[language].postMortem)),
      ...ownChanges.map((change) =>
        item(
          change.name,
          '/',
          `${changeOf(change, language).status}, ${momentIn(page.timeZone, change.atMs, language)}`,
        ),
      ),
    ].join('\n'),
    facts: [],
    url: `${addressIn(page, language)}/history`,
    atMs: untilMs,
  }
}

function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~-]/g, String.raw`\$&`)
}

function ofPage({ name, url }: PublicPage): Pick<Brief, 'pageName' | 'pageUrl'> {
  return { pageName: name, pageUrl: url }
}

function toneOf(statuses: readonly ComponentStatus[], least: Tone): Tone {
  return worstStatus([...statuses, least])
}

function changeOf({ name, from, to }: PublicComponentChange, language: Language): Brief['components'][number] {
  const { component } = STATE_WORDS[language]
  const status = from === to ? component[to] : NOTICE_WORDS[language].was(component[to], component[from])
  return { name, status }
}

function inLanguage(
  { body, translations }: { readonly body: string; readonly translations: Translations },
  language: Language,
): string {
  return translations[language] ?? body
}
