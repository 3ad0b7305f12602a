import type { Language } from '../language.ts'
import { counted } from './phrase.ts'
import type { Around } from './phrase.ts'

/** What is said about incidents on the home page, in lists and on their own pages. */
export interface ReportWords {
  readonly active: (count: number) => string
  /** A sentence around the moment. */
  readonly startedAt: Around
  readonly nextUpdateBy: Around
  readonly updateLate: Around
  readonly since: Around
  /** How long something took, behind the moment it ended. */
  readonly after: (duration: string) => string
  readonly allUpdates: (count: number) => string
  readonly affected: string
  readonly updates: string
  readonly started: string
  readonly fixInPlace: string
  readonly resolved: string
  readonly duration: string
  readonly readPostMortem: string
  readonly postMortem: string
  readonly lastDays: (days: number) => string
  readonly noIncidents: string
  readonly seeAbove: (count: number) => string
  readonly allOfLastDays: (days: number) => string
  readonly historyLead: (days: number) => string
  readonly historyOf: (page: string, days: number) => string
}

export const REPORT_WORDS: Record<Language, ReportWords> = {
  en: {
    active: (count) => (count === 1 ? 'Active incident' : 'Active incidents'),
    startedAt: ['Started ', '.'],
    nextUpdateBy: ['Next update by ', ''],
    updateLate: ['An update is late. It was due by ', ''],
    since: ['since ', ''],
    after: (duration) => `, after ${duration}`,
    allUpdates: (count) => counted('en', count, { one: 'The only update', other: 'All # updates' }),
    affected: 'Affected components',
    updates: 'Updates',
    started: 'Started',
    fixInPlace: 'Fix in place',
    resolved: 'Resolved',
    duration: 'Duration',
    readPostMortem: 'Read the post-mortem',
    postMortem: 'Post-mortem',
    lastDays: (days) => `Last ${days} days`,
    noIncidents: 'No incidents',
    seeAbove: (count) =>
      counted('en', count, { one: '# active incident, see above', other: '# active incidents, see above' }),
    allOfLastDays: (days) => `All of the last ${days} days`,
    historyLead: (days) => `Incidents and maintenance of the last ${days} days, by month.`,
    historyOf: (page, days) => `Incidents and maintenance of ${page} in the last ${days} days.`,
  },
  de: {
    active: (count) => (count === 1 ? 'Aktueller Vorfall' : 'Aktuelle Vorfälle'),
    startedAt: ['Beginn: ', '.'],
    nextUpdateBy: ['Nächste Meldung bis ', ''],
    updateLate: ['Eine Meldung ist überfällig. Sie war zugesagt bis ', ''],
    since: ['seit ', ''],
    after: (duration) => `, nach ${duration}`,
    allUpdates: (count) => counted('de', count, { one: 'Die einzige Meldung', other: 'Alle # Meldungen' }),
    affected: 'Betroffene Komponenten',
    updates: 'Meldungen',
    started: 'Beginn',
    fixInPlace: 'Abhilfe geschaffen',
    resolved: 'Behoben',
    duration: 'Dauer',
    readPostMortem: 'Zur Nachbetrachtung',
    postMortem: 'Nachbetrachtung',
    lastDays: (days) => `Die letzten ${days} Tage`,
    noIncidents: 'Keine Vorfälle',
    seeAbove: (count) =>
      counted('de', count, { one: '# aktueller Vorfall, siehe oben', other: '# aktuelle Vorfälle, siehe oben' }),
    allOfLastDays: (days) => `Alles aus den letzten ${days} Tagen`,
    historyLead: (days) => `Vorfälle und Wartungen der letzten ${days} Tage nach Monaten.`,
    historyOf: (page, days) => `Vorfälle und Wartungen von ${page} in den letzten ${days} Tagen.`,
  },
  fr: {
    active: (count) => (count === 1 ? 'Incident en cours' : 'Incidents en cours'),
    startedAt: ['Début : ', '.'],
    nextUpdateBy: ['Prochaine information avant : ', ''],
    updateLate: ['Une information est en retard. Elle était promise avant : ', ''],
    since: ['depuis le ', ''],
    after: (duration) => `, après ${duration}`,
    allUpdates: (count) => counted('fr', count, { one: 'La seule information', other: 'Les # informations' }),
    affected: 'Composants touchés',
    updates: 'Informations',
    started: 'Début',
    fixInPlace: 'Correctif en place',
    resolved: 'Résolu',
    duration: 'Durée',
    readPostMortem: 'Lire le retour d’expérience',
    postMortem: 'Retour d’expérience',
    lastDays: (days) => `Les ${days} derniers jours`,
    noIncidents: 'Aucun incident',
    seeAbove: (count) =>
      counted('fr', count, {
        one: '# incident en cours, voir ci-dessus',
        other: '# incidents en cours, voir ci-dessus',
      }),
    allOfLastDays: (days) => `Tout sur les ${days} derniers jours`,
    historyLead: (days) => `Incidents et maintenances des ${days} derniers jours, par mois.`,
    historyOf: (page, days) => `Incidents et maintenances de ${page} sur les ${days} derniers jours.`,
  },
  es: {
    active: (count) => (count === 1 ? 'Incidente activo' : 'Incidentes activos'),
    startedAt: ['Inicio: ', '.'],
    nextUpdateBy: ['Próxima actualización antes de: ', ''],
    updateLate: ['Una actualización va con retraso. Estaba prometida para antes de: ', ''],
    since: ['desde el ', ''],
    after: (duration) => `, tras ${duration}`,
    allUpdates: (count) => counted('es', count, { one: 'La única actualización', other: 'Las # actualizaciones' }),
    affected: 'Componentes afectados',
    updates: 'Actualizaciones',
    started: 'Inicio',
    fixInPlace: 'Solución aplicada',
    resolved: 'Resuelto',
    duration: 'Duración',
    readPostMortem: 'Leer el análisis posterior',
    postMortem: 'Análisis posterior',
    lastDays: (days) => `Últimos ${days} días`,
    noIncidents: 'Sin incidentes',
    seeAbove: (count) =>
      counted('es', count, { one: '# incidente activo, véase arriba', other: '# incidentes activos, véase arriba' }),
    allOfLastDays: (days) => `Todo lo de los últimos ${days} días`,
    historyLead: (days) => `Incidentes y mantenimientos de los últimos ${days} días, por mes.`,
    historyOf: (page, days) => `Incidentes y mantenimientos de ${page} en los últimos ${days} días.`,
  },
  pt: {
    active: (count) => (count === 1 ? 'Incidente ativo' : 'Incidentes ativos'),
    startedAt: ['Início: ', '.'],
    nextUpdateBy: ['Próxima atualização até: ', ''],
    updateLate: ['Há uma atualização em atraso. Estava prometida até: ', ''],
    since: ['desde ', ''],
    after: (duration) => `, após ${duration}`,
    allUpdates: (count) => counted('pt', count, { one: 'A única atualização', other: 'As # atualizações' }),
    affected: 'Componentes afetados',
    updates: 'Atualizações',
    started: 'Início',
    fixInPlace: 'Correção aplicada',
    resolved: 'Resolvido',
    duration: 'Duração',
    readPostMortem: 'Ler a análise posterior',
    postMortem: 'Análise posterior',
    lastDays: (days) => `Últimos ${days} dias`,
    noIncidents: 'Sem incidentes',
    seeAbove: (count) =>
      counted('pt', count, { one: '# incidente ativo, ver acima', other: '# incidentes ativos, ver acima' }),
    allOfLastDays: (days) => `Tudo dos últimos ${days} dias`,
    historyLead: (days) => `Incidentes e manutenções dos últimos ${days} dias, por mês.`,
    historyOf: (page, days) => `Incidentes e manutenções de ${page} nos últimos ${days} dias.`,
  },
  ja: {
    active: () => '発生中の障害',
    startedAt: ['発生：', ''],
    nextUpdateBy: ['次回のお知らせ：', 'まで'],
    updateLate: ['お知らせが遅れています。期限：', ''],
    since: ['', 'から'],
    after: (duration) => `（所要時間 ${duration}）`,
    allUpdates: (count) => `お知らせ全${count}件`,
    affected: '影響を受けたコンポーネント',
    updates: 'お知らせ',
    started: '発生',
    fixInPlace: '対処済み',
    resolved: '解決',
    duration: '継続時間',
    readPostMortem: '事後検証を読む',
    postMortem: '事後検証',
    lastDays: (days) => `過去${days}日間`,
    noIncidents: '障害なし',
    seeAbove: (count) => `発生中の障害${count}件（上記参照）`,
    allOfLastDays: (days) => `過去${days}日間のすべて`,
    historyLead: (days) => `過去${days}日間の障害とメンテナンス（月別）。`,
    historyOf: (page, days) => `${page}の過去${days}日間の障害とメンテナンス。`,
  },
  zh: {
    active: () => '当前事件',
    startedAt: ['开始于 ', '。'],
    nextUpdateBy: ['下次更新不晚于 ', ''],
    updateLate: ['更新已逾期。原定不晚于 ', ''],
    since: ['自 ', ' 起'],
    after: (duration) => `，历时 ${duration}`,
    allUpdates: (count) => `全部 ${count} 条更新`,
    affected: '受影响的组件',
    updates: '更新',
    started: '开始',
    fixInPlace: '已修复待观察',
    resolved: '已解决',
    duration: '持续时间',
    readPostMortem: '阅读事后分析',
    postMortem: '事后分析',
    lastDays: (days) => `最近 ${days} 天`,
    noIncidents: '无事件',
    seeAbove: (count) => `${count} 个当前事件，见上文`,
    allOfLastDays: (days) => `最近 ${days} 天的全部记录`,
    historyLead: (days) => `最近 ${days} 天的事件和维护，按月列出。`,
    historyOf: (page, days) => `${page} 最近 ${days} 天的事件和维护。`,
  },
  ar: {
    active: (count) => counted('ar', count, { one: 'حادث جارٍ', two: 'حادثان جاريان', other: 'حوادث جارية' }),
    startedAt: ['بدأ: ', '.'],
    nextUpdateBy: ['التحديث التالي قبل: ', ''],
    updateLate: ['تأخر أحد التحديثات. كان موعده قبل: ', ''],
    since: ['منذ ', ''],
    after: (duration) => `، بعد ${duration}`,
    allUpdates: (count) =>
      counted('ar', count, {
        one: 'التحديث الوحيد',
        two: 'التحديثان كلاهما',
        few: 'كل التحديثات (#)',
        other: 'كل التحديثات (#)',
      }),
    affected: 'المكوّنات المتأثرة',
    updates: 'التحديثات',
    started: 'البداية',
    fixInPlace: 'طُبِّق الإصلاح',
    resolved: 'وقت الحل',
    duration: 'المدة',
    readPostMortem: 'اقرأ تقرير ما بعد الحادث',
    postMortem: 'تقرير ما بعد الحادث',
    lastDays: (days) => counted('ar', days, { few: 'آخر # أيام', many: 'آخر # يومًا', other: 'آخر # يوم' }),
    noIncidents: 'لا حوادث',
    seeAbove: (count) =>
      counted('ar', count, {
        one: 'حادث جارٍ واحد، انظر أعلاه',
        two: 'حادثان جاريان، انظر أعلاه',
        few: '# حوادث جارية، انظر أعلاه',
        many: '# حادثًا جاريًا، انظر أعلاه',
        other: '# حادث جارٍ، انظر أعلاه',
      }),
    allOfLastDays: (days) => counted('ar', days, { few: 'كل ما في آخر # أيام', other: 'كل ما في آخر # يومًا' }),
    historyLead: (days) =>
      counted('ar', days, {
        few: 'حوادث وصيانات آخر # أيام، حسب الشهر.',
        other: 'حوادث وصيانات آخر # يومًا، حسب الشهر.',
      }),
    historyOf: (page, days) =>
      counted('ar', days, { few: 'حوادث وصيانات آخر # أيام: ', other: 'حوادث وصيانات آخر # يومًا: ' }) + page,
  },
}
