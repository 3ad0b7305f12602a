import type { Affected, AffectedClaims } from '../domain/affectedLink.ts'
import { feedsOf } from '../domain/feedsOf.ts'
import type { Language } from '../domain/language.ts'
import { addressIn } from '../domain/publicAddress.ts'
import type { PublicPage } from '../domain/publicModel.ts'
import { AFFECTED_WORDS } from '../domain/words/affectedWords.ts'
import { ENTRANCE_WORDS } from '../domain/words/entranceWords.ts'
import { FEED_WORDS } from '../domain/words/feedWords.ts'
import { FRAME_WORDS } from '../domain/words/frameWords.ts'
import { headed } from '../domain/words/phrase.ts'
import { SMS_WORDS } from '../domain/words/smsWords.ts'
import { SUBSCRIBE_WORDS } from '../domain/words/subscribeWords.ts'
import { homeParts } from './tellPages.ts'
import { utcMinute } from './text.ts'
import { ended, sentence } from './told.ts'
import type { Told } from './told.ts'

/** What the pages that are made on request say, for whoever reads no HTML. */

/** `smsPrefixes`: of the numbers that texts may go to; null: texts are not offered. */
export function tellSubscribe(page: PublicPage, smsPrefixes: string | null, language: Language): Told {
  const words = SUBSCRIBE_WORDS[language]
  const url = addressIn(page, language)
  const ways = [
    [words.email, words.emailHint],
    ...(smsPrefixes === null ? [] : [[SMS_WORDS[language].sms, SMS_WORDS[language].hint(smsPrefixes)] as const]),
    ['Slack, Discord, Microsoft Teams', words.chatHint],
    [words.webhook, words.webhookHint],
    ...(page.isPrivate === true ? [] : [[words.pushTitle, words.pushHint] as const]),
  ] as const
  return {
    language,
    title: headed(language, page.name, words.title),
    asOfMs: null,
    parts: [
      sentence(words.description(page.name)),
      {
        kind: 'links',
        rows: [
          { label: words.title, url: `${url}/subscribe` },
          { label: words.manage, url: `${url}/subscribe/manage` },
        ],
      },
      { kind: 'section', title: words.how },
      ...ways.map(([name, hint]) => sentence(headed(language, name, hint))),
      { kind: 'section', title: FEED_WORDS[language].byFeed },
      ...(page.isPrivate === true ? [sentence(ENTRANCE_WORDS[language].needKey)] : []),
      { kind: 'links', rows: feedsOf(page, language).map(({ name, url: at }) => ({ label: name, url: at })) },
    ],
  }
}

export function tellAffected(
  { verdict, model, query, region, plan }: Affected,
  claims: AffectedClaims,
  language: Language,
): Told {
  const words = AFFECTED_WORDS[language]
  const url = addressIn(model.page, language)
  const part = query === '' ? '' : `?${query}`
  const isAnything = model.components.length > 0
  const facts = [
    ...(claims.name === undefined ? [] : [words.madeFor(claims.name)]),
    ...(region === null ? [] : [headed(language, words.region, region)]),
    ...(plan === null ? [] : [headed(language, words.plan, plan)]),
  ]
  return {
    language,
    title: headed(language, model.page.name, words.verdict[verdict]),
    asOfMs: model.asOfMs,
    parts: [
      sentence(words.about[verdict]),
      ...facts.map(sentence),
      ...(isAnything ? homeParts(model, language) : []),
      { kind: 'section', title: words.title },
      {
        kind: 'links',
        rows: [
          ...(isAnything
            ? [
                { label: words.subscribe, url: `${url}/subscribe${part}` },
                { label: 'Atom', url: `${url}/updates.atom${part}` },
                { label: FRAME_WORDS[language].calendar, url: `${url}/calendar.ics${part}` },
              ]
            : []),
          { label: words.wholePage, url: `${url}/` },
        ],
      },
      sentence(ended(`${words.holdsUntil} ${utcMinute(claims.exp * 1000)}`, language)),
    ],
  }
}

/** Of a link that does not hold, or not any more. */
export function tellAffectedEnded(page: PublicPage, reason: 'wrong' | 'expired', language: Language): Told {
  const words = AFFECTED_WORDS[language]
  return {
    language,
    title: headed(language, page.name, words[reason]),
    asOfMs: null,
    parts: [
      sentence(reason === 'expired' ? words.expiredHint : words.wrongHint),
      { kind: 'links', rows: [{ label: words.wholePage, url: `${addressIn(page, language)}/` }] },
    ],
  }
}
