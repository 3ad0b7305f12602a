import type { Language } from '../language.ts'

/** Third parties on the status page. */
export interface ThirdPartyWords {
  readonly title: string
  readonly about: string
  readonly unknown: string
  /** Before a moment. */
  readonly since: string
}

export const THIRD_PARTY_WORDS: Record<Language, ThirdPartyWords> = {
  en: {
    title: 'Third parties',
    about: 'What we rely on, as their own status pages say.',
    unknown: 'Not known',
    since: 'since',
  },
  de: {
    title: 'Dritte',
    about: 'Worauf wir uns stützen, wie es deren eigene Statusseiten sagen.',
    unknown: 'Nicht bekannt',
    since: 'seit',
  },
  fr: {
    title: 'Services tiers',
    about: 'Ce dont nous dépendons, selon leurs propres pages d’état.',
    unknown: 'Inconnu',
    since: 'depuis',
  },
  es: {
    title: 'Terceros',
    about: 'Aquello de lo que dependemos, según sus propias páginas de estado.',
    unknown: 'Desconocido',
    since: 'desde',
  },
  pt: {
    title: 'Terceiros',
    about: 'Aquilo de que dependemos, segundo as suas próprias páginas de estado.',
    unknown: 'Desconhecido',
    since: 'desde',
  },
  ja: {
    title: '外部サービス',
    about: '当社が利用しているサービスの、各社のステータスページによる状況です。',
    unknown: '不明',
    since: '開始：',
  },
  zh: {
    title: '第三方服务',
    about: '我们所依赖的服务，以其自身状态页面为准。',
    unknown: '未知',
    since: '始于',
  },
  ar: {
    title: 'أطراف خارجية',
    about: 'ما نعتمد عليه، كما تقول صفحات الحالة الخاصة به.',
    unknown: 'غير معروف',
    since: 'منذ',
  },
}
