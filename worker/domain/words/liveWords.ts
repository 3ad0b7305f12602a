import type { Language } from '../language.ts'

/** What the page's script says of how fresh the page is. */
export interface LiveWords {
  /** `ago` as the language says it, such as "12 minutes ago". */
  readonly lastUpdated: (ago: string) => string
  readonly mayHaveChanged: string
  readonly offline: string
  readonly unreachable: string
  readonly tryAgain: string
  /** Before what is new, for who does not see it. */
  readonly changed: string
}

export const LIVE_WORDS: Record<Language, LiveWords> = {
  en: {
    lastUpdated: (ago) => `This page was last updated ${ago}.`,
    mayHaveChanged: 'Things may have changed since.',
    offline: 'You are offline.',
    unreachable: 'This page cannot be reached right now.',
    tryAgain: 'Try again',
    changed: 'The page has changed.',
  },
  de: {
    lastUpdated: (ago) => `Diese Seite wurde zuletzt ${ago} aktualisiert.`,
    mayHaveChanged: 'Seitdem kann sich etwas geändert haben.',
    offline: 'Sie sind offline.',
    unreachable: 'Diese Seite ist gerade nicht erreichbar.',
    tryAgain: 'Erneut versuchen',
    changed: 'Die Seite hat sich geändert.',
  },
  fr: {
    lastUpdated: (ago) => `Dernière mise à jour de cette page : ${ago}.`,
    mayHaveChanged: 'La situation a pu évoluer depuis.',
    offline: 'Vous êtes hors ligne.',
    unreachable: 'Cette page est actuellement inaccessible.',
    tryAgain: 'Réessayer',
    changed: 'La page a changé.',
  },
  es: {
    lastUpdated: (ago) => `Esta página se actualizó por última vez ${ago}.`,
    mayHaveChanged: 'La situación puede haber cambiado desde entonces.',
    offline: 'No hay conexión a internet.',
    unreachable: 'Ahora mismo no se puede acceder a esta página.',
    tryAgain: 'Reintentar',
    changed: 'La página ha cambiado.',
  },
  pt: {
    lastUpdated: (ago) => `Esta página foi atualizada pela última vez ${ago}.`,
    mayHaveChanged: 'A situação pode ter mudado desde então.',
    offline: 'Está sem ligação à internet.',
    unreachable: 'De momento não é possível aceder a esta página.',
    tryAgain: 'Tentar novamente',
    changed: 'A página mudou.',
  },
  ja: {
    lastUpdated: (ago) => `このページの最終更新は${ago}です。`,
    mayHaveChanged: 'その後、状況が変わっている可能性があります。',
    offline: 'オフラインです。',
    unreachable: '現在、このページに接続できません。',
    tryAgain: '再試行',
    changed: 'ページが更新されました。',
  },
  zh: {
    lastUpdated: (ago) => `本页面上次更新于${ago}。`,
    mayHaveChanged: '此后情况可能已有变化。',
    offline: '您已离线。',
    unreachable: '目前无法连接到本页面。',
    tryAgain: '重试',
    changed: '页面已更新。',
  },
  ar: {
    lastUpdated: (ago) => `آخر تحديث لهذه الصفحة كان ${ago}.`,
    mayHaveChanged: 'ربما تغيّر الوضع منذ ذلك الحين.',
    offline: 'أنت غير متصل بالإنترنت.',
    unreachable: 'يتعذّر الوصول إلى هذه الصفحة حاليًا.',
    tryAgain: 'أعد المحاولة',
    changed: 'تغيّرت الصفحة.',
  },
}
