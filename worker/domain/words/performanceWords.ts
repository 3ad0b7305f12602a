import type { Language } from '../language.ts'
import type { Range } from '../metricSeries.ts'

/** What is said of charts of response times and other figures. */
export interface PerformanceWords {
  readonly title: string
  readonly description: (page: string) => string
  readonly lead: string
  readonly range: Record<Range, string>
  /** Of a chart: what it is of, and over which time. */
  readonly chart: (name: string, range: string) => string
  readonly summary: (lowest: string, average: string, p95: string, highest: string) => string
  readonly latest: string
  readonly none: string
  /** Some of the time. */
  readonly gaps: string
  readonly howToRead: string
  readonly table: string
  readonly hour: string
  readonly day: string
  readonly average: string
  readonly lowest: string
  readonly highest: string
  readonly noValue: string
  readonly data: string
  /** Names a file: what it is of, and its kind. */
  readonly file: (name: string, kind: string) => string
  /** On the home page. */
  readonly onAverage: (value: string) => string
  readonly seeCharts: string
}

export const PERFORMANCE_WORDS: Record<Language, PerformanceWords> = {
  en: {
    title: 'Performance',
    description: (page) => `Response times and other figures of ${page}: day, week and month.`,
    lead: 'Measured values of the last 24 hours, 7 days and 30 days.',
    range: { day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' },
    chart: (name, range) => `${name}: ${range}`,
    summary: (lowest, average, p95, highest) =>
      `Lowest ${lowest}, average ${average}, highest ${highest}; 95 % of values are at most ${p95}.`,
    latest: 'Latest value',
    none: 'No values came in this time.',
    gaps: 'Where the line is missing, no values came.',
    howToRead: 'The line is the average; the hatched band reaches from the lowest to the highest value.',
    table: 'Values as a table',
    hour: 'From (UTC)',
    day: 'Day (UTC)',
    average: 'Average',
    lowest: 'Lowest',
    highest: 'Highest',
    noValue: 'no value',
    data: 'Data',
    file: (name, kind) => `${name}: values as ${kind}`,
    onAverage: (value) => `${value} on average in the last 24 hours`,
    seeCharts: 'See the charts',
  },
  de: {
    title: 'Leistung',
    description: (page) => `Antwortzeiten und andere Werte von ${page}: Tag, Woche und Monat.`,
    lead: 'Gemessene Werte der letzten 24 Stunden, 7 Tage und 30 Tage.',
    range: { day: 'Letzte 24 Stunden', week: 'Letzte 7 Tage', month: 'Letzte 30 Tage' },
    chart: (name, range) => `${name}: ${range}`,
    summary: (lowest, average, p95, highest) =>
      `Niedrigster Wert ${lowest}, Durchschnitt ${average}, höchster ${highest}; 95 % der Werte sind höchstens ${p95}.`,
    latest: 'Letzter Wert',
    none: 'In dieser Zeit kamen keine Werte.',
    gaps: 'Wo die Linie fehlt, kamen keine Werte.',
    howToRead: 'Die Linie ist der Durchschnitt; das schraffierte Band reicht vom niedrigsten zum höchsten Wert.',
    table: 'Werte als Tabelle',
    hour: 'Ab (UTC)',
    day: 'Tag (UTC)',
    average: 'Durchschnitt',
    lowest: 'Niedrigster',
    highest: 'Höchster',
    noValue: 'kein Wert',
    data: 'Daten',
    file: (name, kind) => `${name}: Werte als ${kind}`,
    onAverage: (value) => `${value} im Durchschnitt der letzten 24 Stunden`,
    seeCharts: 'Zu den Diagrammen',
  },
  fr: {
    title: 'Performances',
    description: (page) => `Temps de réponse et autres mesures de ${page} : jour, semaine et mois.`,
    lead: 'Valeurs mesurées des dernières 24 heures, des 7 et des 30 derniers jours.',
    range: { day: 'Dernières 24 heures', week: '7 derniers jours', month: '30 derniers jours' },
    chart: (name, range) => `${name} : ${range}`,
    summary: (lowest, average, p95, highest) =>
      `Minimum ${lowest}, moyenne ${average}, maximum ${highest} ; 95 % des valeurs ne dépassent pas ${p95}.`,
    latest: 'Dernière valeur',
    none: 'Aucune valeur reçue pendant cette période.',
    gaps: 'Là où la ligne manque, aucune valeur n’a été reçue.',
    howToRead: 'La ligne est la moyenne ; la bande hachurée va de la valeur la plus basse à la plus haute.',
    table: 'Valeurs sous forme de tableau',
    hour: 'À partir de (UTC)',
    day: 'Jour (UTC)',
    average: 'Moyenne',
    lowest: 'Minimum',
    highest: 'Maximum',
    noValue: 'aucune valeur',
    data: 'Données',
    file: (name, kind) => `${name} : valeurs en ${kind}`,
    onAverage: (value) => `${value} en moyenne sur les dernières 24 heures`,
    seeCharts: 'Voir les graphiques',
  },
  es: {
    title: 'Rendimiento',
    description: (page) => `Tiempos de respuesta y otras cifras de ${page}: día, semana y mes.`,
    lead: 'Valores medidos de las últimas 24 horas, 7 días y 30 días.',
    range: { day: 'Últimas 24 horas', week: 'Últimos 7 días', month: 'Últimos 30 días' },
    chart: (name, range) => `${name}: ${range}`,
    summary: (lowest, average, p95, highest) =>
      `Mínimo ${lowest}, media ${average}, máximo ${highest}; el 95 % de los valores no supera ${p95}.`,
    latest: 'Último valor',
    none: 'No llegó ningún valor en este tiempo.',
    gaps: 'Donde falta la línea no llegó ningún valor.',
    howToRead: 'La línea es la media; la banda rayada va del valor más bajo al más alto.',
    table: 'Valores en una tabla',
    hour: 'Desde (UTC)',
    day: 'Día (UTC)',
    average: 'Media',
    lowest: 'Mínimo',
    highest: 'Máximo',
    noValue: 'sin valor',
    data: 'Datos',
    file: (name, kind) => `${name}: valores en ${kind}`,
    onAverage: (value) => `${value} de media en las últimas 24 horas`,
    seeCharts: 'Ver los gráficos',
  },
  pt: {
    title: 'Desempenho',
    description: (page) => `Tempos de resposta e outros valores de ${page}: dia, semana e mês.`,
    lead: 'Valores medidos nas últimas 24 horas, nos últimos 7 e 30 dias.',
    range: { day: 'Últimas 24 horas', week: 'Últimos 7 dias', month: 'Últimos 30 dias' },
    chart: (name, range) => `${name}: ${range}`,
    summary: (lowest, average, p95, highest) =>
      `Mínimo ${lowest}, média ${average}, máximo ${highest}; 95 % dos valores não ultrapassam ${p95}.`,
    latest: 'Último valor',
    none: 'Não chegou nenhum valor neste período.',
    gaps: 'Onde falta a linha não chegou nenhum valor.',
    howToRead: 'A linha é a média; a faixa tracejada vai do valor mais baixo ao mais alto.',
    table: 'Valores numa tabela',
    hour: 'Desde (UTC)',
    day: 'Dia (UTC)',
    average: 'Média',
    lowest: 'Mínimo',
    highest: 'Máximo',
    noValue: 'sem valor',
    data: 'Dados',
    file: (name, kind) => `${name}: valores em ${kind}`,
    onAverage: (value) => `${value} em média nas últimas 24 horas`,
    seeCharts: 'Ver os gráficos',
  },
  ja: {
    title: 'パフォーマンス',
    description: (page) => `${page} の応答時間などの測定値（1日・1週間・1か月）。`,
    lead: '直近24時間、7日間、30日間の測定値です。',
    range: { day: '直近24時間', week: '直近7日間', month: '直近30日間' },
    chart: (name, range) => `${name}：${range}`,
    summary: (lowest, average, p95, highest) =>
      `最小 ${lowest}、平均 ${average}、最大 ${highest}。値の95%は ${p95} 以下です。`,
    latest: '最新の値',
    none: 'この期間に値は届いていません。',
    gaps: '線が途切れている時間は、値が届いていません。',
    howToRead: '線は平均、斜線の帯は最小から最大までを示します。',
    table: '値を表で見る',
    hour: '開始（UTC）',
    day: '日付（UTC）',
    average: '平均',
    lowest: '最小',
    highest: '最大',
    noValue: '値なし',
    data: 'データ',
    file: (name, kind) => `${name}：値（${kind}）`,
    onAverage: (value) => `直近24時間の平均 ${value}`,
    seeCharts: 'グラフを見る',
  },
  zh: {
    title: '性能',
    description: (page) => `${page} 的响应时间及其他指标：日、周、月。`,
    lead: '最近 24 小时、7 天和 30 天的测量值。',
    range: { day: '最近 24 小时', week: '最近 7 天', month: '最近 30 天' },
    chart: (name, range) => `${name}：${range}`,
    summary: (lowest, average, p95, highest) =>
      `最低 ${lowest}，平均 ${average}，最高 ${highest}；95% 的值不超过 ${p95}。`,
    latest: '最新值',
    none: '这段时间内没有收到数据。',
    gaps: '线条中断处没有收到数据。',
    howToRead: '线条为平均值；斜纹区域从最低值到最高值。',
    table: '以表格查看数值',
    hour: '起始（UTC）',
    day: '日期（UTC）',
    average: '平均',
    lowest: '最低',
    highest: '最高',
    noValue: '无数据',
    data: '数据',
    file: (name, kind) => `${name}：数值（${kind}）`,
    onAverage: (value) => `最近 24 小时平均 ${value}`,
    seeCharts: '查看图表',
  },
  ar: {
    title: 'الأداء',
    description: (page) => `أزمنة الاستجابة وقيم أخرى لـ ${page}: اليوم والأسبوع والشهر.`,
    lead: 'القيم المقيسة في آخر 24 ساعة و7 أيام و30 يومًا.',
    range: { day: 'آخر 24 ساعة', week: 'آخر 7 أيام', month: 'آخر 30 يومًا' },
    chart: (name, range) => `${name}: ${range}`,
    summary: (lowest, average, p95, highest) =>
      `الأدنى ${lowest}، المتوسط ${average}، الأعلى ${highest}؛ ‏95% من القيم لا تتجاوز ${p95}.`,
    latest: 'آخر قيمة',
    none: 'لم تصل أي قيم في هذه المدة.',
    gaps: 'حيث ينقطع الخط لم تصل أي قيم.',
    howToRead: 'الخط هو المتوسط، والشريط المخطط يمتد من أدنى قيمة إلى أعلاها.',
    table: 'القيم في جدول',
    hour: 'من (UTC)',
    day: 'اليوم (UTC)',
    average: 'المتوسط',
    lowest: 'الأدنى',
    highest: 'الأعلى',
    noValue: 'لا قيمة',
    data: 'البيانات',
    file: (name, kind) => `${name}: القيم بصيغة ${kind}`,
    onAverage: (value) => `${value} في المتوسط خلال آخر 24 ساعة`,
    seeCharts: 'عرض الرسوم البيانية',
  },
}
