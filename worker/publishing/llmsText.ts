import { COMPONENT_STATUS_LABEL } from '../domain/componentStatus.ts'
import { currentMaintenances, upcomingMaintenances } from '../domain/maintenanceLists.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { MAINTENANCE_STATUS_LABEL, PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import { lines, utcMinute, utcWindow } from './text.ts'
import { escapedText, linkTo } from './writtenMarkdown.ts'

/** `/llms.txt`: where programs that read for people find what, in the form of llmstxt.org. */
export function llmsText(model: PublicModel): string {
  const { page, activeIncidents, thirdParties = [] } = model
  const at = (path: string) => `${page.url}/${path}`
  const maintenances = [...currentMaintenances(model), ...upcomingMaintenances(model)]
  const now = [
    ...activeIncidents.map(
      ({ id, title, status, startedAtMs }) =>
        `- ${linkTo(title, at(`incidents/${id}.md`))}: ${PUBLIC_STATUS_LABEL[status]}, started ${utcMinute(startedAtMs)}`,
    ),
    ...thirdParties.flatMap(({ name, url, status, sinceMs }) =>
      status === null || status === 'operational'
        ? []
        : [
            `- ${linkTo(name, url)}: third party, ${COMPONENT_STATUS_LABEL[status]}${sinceMs === null ? '' : ` since ${utcMinute(sinceMs)}`}, as its own status page says`,
          ],
    ),
    ...maintenances.map(
      (maintenance) =>
        `- ${linkTo(maintenance.title, at(`maintenance/${maintenance.id}.md`))}: ${MAINTENANCE_STATUS_LABEL[maintenance.status]}, ${utcWindow(maintenance, 'en')}`,
    ),
  ]
  return lines([
    `# ${escapedText(page.name)} status`,
    '',
    `> ${escapedText(overallStatus(model).description)}. This is the status page of ${escapedText(page.name)}: what works, what does not, and what is done about it.`,
    '',
    'Every page has a twin in Markdown: at its address with `.md`, or with `Accept: text/markdown`. Times are in UTC. Each file has an ETag; ask again with `If-None-Match`.',
    ...(now.length === 0 ? [] : ['', '## Now', '', ...now]),
    '',
    '## Pages',
    '',
    `- [Status](${at('index.md')}): the state of each component${thirdParties.length === 0 ? '' : ' and of third parties'}, active incidents with their updates, maintenance`,
    `- [History](${at('history.md')}): incidents and maintenance of the last 90 days`,
    `- [Uptime](${at('uptime.md')}): uptime of each component, with the formula`,
    ...(page.hasPerformance === true
      ? [`- [Performance](${at('performance.md')}): response times and other figures of the last day, week and month`]
      : []),
    `- [Post-mortems](${at('post-mortems.md')}): what was learned, and what is done about it`,
    '',
    '## Data',
    '',
    `- [Summary](${at('api/v2/summary.json')}): components, unresolved incidents and maintenance, in the format of Statuspage`,
    `- [Incidents](${at('api/v2/incidents.json')}): the latest incidents with their updates`,
    `- [Feed of updates](${at('updates.atom')}): an entry for each update`,
    `- [Calendar](${at('calendar.ics')}): maintenance`,
    '',
    '## Optional',
    '',
    `- [Public log](${at('log.json')}): every statement of this page, chained and signed`,
    `- [Subscribe](${at('subscribe.md')}): mail, chat, webhooks and notifications, for people`,
  ])
}
