import type { Language } from '../language.ts'

/** What only the home page says. */
export interface HomeWords {
  readonly hearFirst: string
  readonly getUpdates: string
}

export const HOME_WORDS: Record<Language, HomeWords> = {
  en: { hearFirst: 'Hear of it first', getUpdates: 'Get updates by email or feed' },
  de: { hearFirst: 'Zuerst davon erfahren', getUpdates: 'Meldungen per E-Mail oder Feed erhalten' },
  fr: { hearFirst: 'Soyez informé en premier', getUpdates: 'Recevoir les informations par e-mail ou flux' },
  es: { hearFirst: 'Entérese antes que nadie', getUpdates: 'Recibir actualizaciones por correo o feed' },
  pt: { hearFirst: 'Seja o primeiro a saber', getUpdates: 'Receber atualizações por e-mail ou feed' },
  ja: { hearFirst: 'いち早く知る', getUpdates: 'メールまたはフィードで通知を受け取る' },
  zh: { hearFirst: '第一时间获知', getUpdates: '通过邮件或订阅源接收更新' },
  ar: { hearFirst: 'كن أول من يعلم', getUpdates: 'تلقَّ التحديثات بالبريد أو عبر موجز' },
}
