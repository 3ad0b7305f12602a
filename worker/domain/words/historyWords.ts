import type { Language } from '../language.ts'

/** What the history says beside its incidents. */
export interface HistoryWords {
  readonly search: string
  readonly searchLabel: string
  readonly found: (hits: number) => string
  readonly nothingFound: string
  /** More are found than are shown. */
  readonly narrow: string
  readonly months: string
  readonly wholeHistory: string
}

export const HISTORY_WORDS: Record<Language, HistoryWords> = {
  en: {
    search: 'Search',
    searchLabel: 'Search incidents and maintenance',
    found: (hits) => (hits === 1 ? '1 result' : `${hits} results`),
    nothingFound: 'Nothing has all of these words.',
    narrow: 'There are more. Add a word to narrow it down.',
    months: 'All months',
    wholeHistory: 'Back to the history',
  },
  de: {
    search: 'Suchen',
    searchLabel: 'Störungen und Wartungen durchsuchen',
    found: (hits) => `${hits} Treffer`,
    nothingFound: 'Nichts enthält alle diese Wörter.',
    narrow: 'Es gibt mehr. Ein weiteres Wort grenzt die Suche ein.',
    months: 'Alle Monate',
    wholeHistory: 'Zurück zum Verlauf',
  },
  fr: {
    search: 'Rechercher',
    searchLabel: 'Rechercher dans les incidents et les maintenances',
    found: (hits) => (hits === 1 ? '1 résultat' : `${hits} résultats`),
    nothingFound: 'Rien ne contient tous ces mots.',
    narrow: 'Il y en a d’autres. Ajoutez un mot pour affiner.',
    months: 'Tous les mois',
    wholeHistory: 'Retour à l’historique',
  },
  es: {
    search: 'Buscar',
    searchLabel: 'Buscar en incidentes y mantenimientos',
    found: (hits) => (hits === 1 ? '1 resultado' : `${hits} resultados`),
    nothingFound: 'Nada contiene todas estas palabras.',
    narrow: 'Hay más. Añada una palabra para acotar la búsqueda.',
    months: 'Todos los meses',
    wholeHistory: 'Volver al historial',
  },
  pt: {
    search: 'Pesquisar',
    searchLabel: 'Pesquisar incidentes e manutenções',
    found: (hits) => (hits === 1 ? '1 resultado' : `${hits} resultados`),
    nothingFound: 'Nada contém todas estas palavras.',
    narrow: 'Há mais. Acrescente uma palavra para restringir.',
    months: 'Todos os meses',
    wholeHistory: 'Voltar ao histórico',
  },
  ja: {
    search: '検索',
    searchLabel: '障害とメンテナンスを検索',
    found: (hits) => `${hits} 件見つかりました`,
    nothingFound: 'これらの語をすべて含むものはありません。',
    narrow: 'ほかにもあります。語を追加して絞り込んでください。',
    months: 'すべての月',
    wholeHistory: '履歴に戻る',
  },
  zh: {
    search: '搜索',
    searchLabel: '搜索事件和维护',
    found: (hits) => `找到 ${hits} 条结果`,
    nothingFound: '没有包含所有这些词的内容。',
    narrow: '还有更多结果。请增加关键词以缩小范围。',
    months: '所有月份',
    wholeHistory: '返回历史记录',
  },
  ar: {
    search: 'بحث',
    searchLabel: 'البحث في الحوادث والصيانات',
    found: (hits) => `عدد النتائج: ${hits}`,
    nothingFound: 'لا شيء يحتوي على كل هذه الكلمات.',
    narrow: 'هناك المزيد. أضف كلمة لتضييق البحث.',
    months: 'جميع الأشهر',
    wholeHistory: 'العودة إلى السجل',
  },
}
