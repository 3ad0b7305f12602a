import type { Language } from '../language.ts'
import { counted } from './phrase.ts'

/** What is said about components, their bars and their uptime. */
export interface ComponentWords {
  readonly components: string
  readonly none: string
  readonly toldAllTheSame: string
  readonly howToRead: string
  readonly daysAgo: (days: number) => string
  readonly today: string
  readonly uptimeOf: (percent: string) => string
  readonly notOperational: (days: number) => string
  /** A day or days, what was worst, and how long it was down (null: not at all). */
  readonly run: (days: string, state: string, down: string | null) => string
  readonly noRecords: string
  readonly component: string
  readonly uptime: string
  readonly downtime: string
  readonly noDowntime: string
  readonly uptimeLead: (days: number) => string
  readonly uptimeDescription: (page: string, days: number) => string
  readonly formula: string
}

export const COMPONENT_WORDS: Record<Language, ComponentWords> = {
  en: {
    components: 'Components',
    none: 'No components are listed yet.',
    toldAllTheSame: 'Incidents will be told here all the same.',
    howToRead: 'One bar a day: the taller, the worse.',
    daysAgo: (days) => `${days} days ago`,
    today: 'Today',
    uptimeOf: (percent) => `${percent} uptime`,
    notOperational: (days) =>
      counted('en', days, { one: '# day not fully operational', other: '# days not fully operational' }),
    run: (days, state, down) => `${days}: ${state.toLowerCase()}${down === null ? '' : `, ${down} of downtime`}`,
    noRecords: 'No records',
    component: 'Component',
    uptime: 'Uptime',
    downtime: 'Downtime',
    noDowntime: 'none',
    uptimeLead: (days) => `The last ${days} days.`,
    uptimeDescription: (page, days) => `Uptime of each component of ${page} in the last ${days} days.`,
    formula:
      'Downtime is the time in major outage plus 0.3 × the time in partial outage. Degraded performance and maintenance do not count, nor does the time before a component existed. Days are in UTC.',
  },
  de: {
    components: 'Komponenten',
    none: 'Es sind noch keine Komponenten aufgeführt.',
    toldAllTheSame: 'Über Vorfälle wird hier trotzdem berichtet.',
    howToRead: 'Ein Balken je Tag: je höher, desto schlechter.',
    daysAgo: (days) => `vor ${days} Tagen`,
    today: 'heute',
    uptimeOf: (percent) => `${percent} verfügbar`,
    notOperational: (days) =>
      counted('de', days, { one: '# Tag mit Einschränkungen', other: '# Tage mit Einschränkungen' }),
    run: (days, state, down) => `${days}: ${state}${down === null ? '' : `, ${down} Ausfallzeit`}`,
    noRecords: 'Keine Aufzeichnungen',
    component: 'Komponente',
    uptime: 'Verfügbarkeit',
    downtime: 'Ausfallzeit',
    noDowntime: 'keine',
    uptimeLead: (days) => `Die letzten ${days} Tage.`,
    uptimeDescription: (page, days) => `Verfügbarkeit jeder Komponente von ${page} in den letzten ${days} Tagen.`,
    formula:
      'Ausfallzeit ist die Zeit mit schwerem Ausfall plus 0,3 × die Zeit mit Teilausfall. Eingeschränkte Leistung und Wartung zählen nicht, ebenso wenig die Zeit, bevor es eine Komponente gab. Tage sind in UTC.',
  },
  fr: {
    components: 'Composants',
    none: 'Aucun composant n’est encore listé.',
    toldAllTheSame: 'Les incidents seront tout de même annoncés ici.',
    howToRead: 'Une barre par jour : plus elle est haute, pire était la journée.',
    daysAgo: (days) => `il y a ${days} jours`,
    today: 'aujourd’hui',
    uptimeOf: (percent) => `${percent} de disponibilité`,
    notOperational: (days) =>
      counted('fr', days, { one: '# jour avec des perturbations', other: '# jours avec des perturbations' }),
    run: (days, state, down) => `${days} : ${state.toLowerCase()}${down === null ? '' : `, ${down} d’indisponibilité`}`,
    noRecords: 'Aucune donnée',
    component: 'Composant',
    uptime: 'Disponibilité',
    downtime: 'Indisponibilité',
    noDowntime: 'aucune',
    uptimeLead: (days) => `Les ${days} derniers jours.`,
    uptimeDescription: (page, days) => `Disponibilité de chaque composant de ${page} sur les ${days} derniers jours.`,
    formula:
      'L’indisponibilité est le temps en panne majeure plus 0,3 × le temps en panne partielle. Les performances dégradées et la maintenance ne comptent pas, ni le temps avant l’existence d’un composant. Les jours sont en UTC.',
  },
  es: {
    components: 'Componentes',
    none: 'Aún no hay componentes en la lista.',
    toldAllTheSame: 'De los incidentes se informará aquí igualmente.',
    howToRead: 'Una barra por día: cuanto más alta, peor.',
    daysAgo: (days) => `hace ${days} días`,
    today: 'hoy',
    uptimeOf: (percent) => `${percent} de disponibilidad`,
    notOperational: (days) => counted('es', days, { one: '# día con problemas', other: '# días con problemas' }),
    run: (days, state, down) => `${days}: ${state.toLowerCase()}${down === null ? '' : `, ${down} de inactividad`}`,
    noRecords: 'Sin registros',
    component: 'Componente',
    uptime: 'Disponibilidad',
    downtime: 'Inactividad',
    noDowntime: 'ninguna',
    uptimeLead: (days) => `Los últimos ${days} días.`,
    uptimeDescription: (page, days) => `Disponibilidad de cada componente de ${page} en los últimos ${days} días.`,
    formula:
      'La inactividad es el tiempo de interrupción grave más 0,3 × el tiempo de interrupción parcial. El rendimiento degradado y el mantenimiento no cuentan, ni el tiempo anterior a la existencia de un componente. Los días son en UTC.',
  },
  pt: {
    components: 'Componentes',
    none: 'Ainda não há componentes na lista.',
    toldAllTheSame: 'Os incidentes serão comunicados aqui na mesma.',
    howToRead: 'Uma barra por dia: quanto mais alta, pior.',
    daysAgo: (days) => `há ${days} dias`,
    today: 'hoje',
    uptimeOf: (percent) => `${percent} de disponibilidade`,
    notOperational: (days) => counted('pt', days, { one: '# dia com problemas', other: '# dias com problemas' }),
    run: (days, state, down) => `${days}: ${state.toLowerCase()}${down === null ? '' : `, ${down} de inatividade`}`,
    noRecords: 'Sem registos',
    component: 'Componente',
    uptime: 'Disponibilidade',
    downtime: 'Inatividade',
    noDowntime: 'nenhuma',
    uptimeLead: (days) => `Os últimos ${days} dias.`,
    uptimeDescription: (page, days) => `Disponibilidade de cada componente de ${page} nos últimos ${days} dias.`,
    formula:
      'A inatividade é o tempo de interrupção grave mais 0,3 × o tempo de interrupção parcial. O desempenho degradado e a manutenção não contam, nem o tempo antes de um componente existir. Os dias são em UTC.',
  },
  ja: {
    components: 'コンポーネント',
    none: 'コンポーネントはまだ登録されていません。',
    toldAllTheSame: '障害情報はここに掲載されます。',
    howToRead: '1日につき1本の棒で、高いほど状態が悪かったことを示します。',
    daysAgo: (days) => `${days}日前`,
    today: '今日',
    uptimeOf: (percent) => `稼働率 ${percent}`,
    notOperational: (days) => `正常でなかった日：${days}日`,
    run: (days, state, down) => `${days}：${state}${down === null ? '' : `（停止時間 ${down}）`}`,
    noRecords: '記録なし',
    component: 'コンポーネント',
    uptime: '稼働率',
    downtime: '停止時間',
    noDowntime: 'なし',
    uptimeLead: (days) => `過去${days}日間。`,
    uptimeDescription: (page, days) => `${page}の各コンポーネントの過去${days}日間の稼働率。`,
    formula:
      '停止時間は、重大な障害の時間に、一部停止の時間の0.3倍を加えたものです。性能低下とメンテナンス、およびコンポーネントが存在する前の時間は含みません。日付はUTCです。',
  },
  zh: {
    components: '组件',
    none: '尚未列出任何组件。',
    toldAllTheSame: '事件仍会在此公布。',
    howToRead: '每天一根柱：越高表示情况越差。',
    daysAgo: (days) => `${days} 天前`,
    today: '今天',
    uptimeOf: (percent) => `可用率 ${percent}`,
    notOperational: (days) => `${days} 天未完全正常`,
    run: (days, state, down) => `${days}：${state}${down === null ? '' : `，停机 ${down}`}`,
    noRecords: '无记录',
    component: '组件',
    uptime: '可用率',
    downtime: '停机时间',
    noDowntime: '无',
    uptimeLead: (days) => `最近 ${days} 天。`,
    uptimeDescription: (page, days) => `${page} 各组件最近 ${days} 天的可用率。`,
    formula:
      '停机时间为重大中断的时间加上 0.3 × 部分中断的时间。性能下降和维护不计入，组件存在之前的时间也不计入。日期按 UTC 计算。',
  },
  ar: {
    components: 'المكوّنات',
    none: 'لم تُدرج أي مكوّنات بعد.',
    toldAllTheSame: 'ستُنشر الحوادث هنا على أي حال.',
    howToRead: 'عمود لكل يوم: كلما ارتفع كان الوضع أسوأ.',
    daysAgo: (days) => counted('ar', days, { few: 'قبل # أيام', many: 'قبل # يومًا', other: 'قبل # يوم' }),
    today: 'اليوم',
    uptimeOf: (percent) => `مدة التشغيل ${percent}`,
    notOperational: (days) =>
      counted('ar', days, {
        one: 'يوم واحد غير طبيعي',
        two: 'يومان غير طبيعيين',
        few: '# أيام غير طبيعية',
        many: '# يومًا غير طبيعي',
        other: '# يوم غير طبيعي',
      }),
    run: (days, state, down) => `${days}: ${state}${down === null ? '' : `، مدة التوقف ${down}`}`,
    noRecords: 'لا سجلات',
    component: 'المكوّن',
    uptime: 'مدة التشغيل',
    downtime: 'مدة التوقف',
    noDowntime: 'لا يوجد',
    uptimeLead: (days) => counted('ar', days, { few: 'آخر # أيام.', other: 'آخر # يومًا.' }),
    uptimeDescription: (page, days) =>
      counted('ar', days, { few: 'مدة تشغيل المكوّنات في آخر # أيام: ', other: 'مدة تشغيل المكوّنات في آخر # يومًا: ' }) +
      page,
    formula:
      'مدة التوقف هي مدة الانقطاع الكبير مضافًا إليها 0.3 × مدة الانقطاع الجزئي. لا يُحتسب تراجع الأداء ولا الصيانة، ولا الوقت السابق لوجود المكوّن. الأيام بتوقيت UTC.',
  },
}
