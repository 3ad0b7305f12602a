import type { Language } from '../language.ts'
import type { Impact } from '../publicModel.ts'

/** Feeds and the calendar, and a part of the page with feeds of its own. Names of formats stay as they are. */
export interface FeedWords {
  readonly byFeed: string
  readonly incidents: string
  readonly everyUpdate: string
  readonly maintenance: string
  readonly statusAsJson: string
  readonly incidentsHint: string
  readonly sameAs: (format: string) => string
  readonly everyUpdateHint: string
  readonly calendarHint: string
  readonly statusHint: string
  readonly partTitle: string
  readonly partHint: string
  readonly showPart: string
  readonly filter: string
  readonly seesPart: string
  readonly showAll: string
  readonly followPart: string
  readonly email: string
  /** Components and groups that were chosen. */
  readonly on: (names: string) => string
  /** Of incidents, as a part of a list; empty for any. */
  readonly least: Record<Impact, string>
  readonly noPostMortems: string
  /** What the feeds are called. */
  readonly historyFeed: (page: string) => string
  readonly updatesFeed: (page: string) => string
  readonly aboutFeed: (page: string) => string
  readonly calendarOf: (page: string) => string
}

export const FEED_WORDS: Record<Language, FeedWords> = {
  en: {
    byFeed: 'By feed',
    incidents: 'Incidents',
    everyUpdate: 'Every update',
    maintenance: 'Maintenance, calendar',
    statusAsJson: 'Status, JSON',
    incidentsHint: 'One entry for each incident, maintenance and post-mortem.',
    sameAs: (format) => `The same as ${format}.`,
    everyUpdateHint: 'One entry for each update. Use this one in Slack.',
    calendarHint: 'Subscribe to this address in your calendar.',
    statusHint: 'For programs that can read a Statuspage summary.',
    partTitle: 'A part of the page',
    partHint:
      'Choose, and you get an address that shows just that, with its own feeds and calendar. The same choice works for mail.',
    showPart: 'Show this part',
    filter: 'Filter',
    seesPart: 'You see a part of this page:',
    showAll: 'Show everything',
    followPart: 'Follow just this:',
    email: 'Email',
    on: (names) => `on ${names}`,
    least: { none: '', minor: 'minor impact and worse', major: 'major impact and worse', critical: 'critical impact' },
    noPostMortems: 'no post-mortems',
    historyFeed: (page) => `${page} – History`,
    updatesFeed: (page) => `${page} – Updates`,
    aboutFeed: (page) => `Incidents of ${page}`,
    calendarOf: (page) => `${page}: maintenance`,
  },
  de: {
    byFeed: 'Als Feed',
    incidents: 'Störungen',
    everyUpdate: 'Jede Meldung',
    maintenance: 'Wartungen, Kalender',
    statusAsJson: 'Zustand, JSON',
    incidentsHint: 'Ein Eintrag je Störung, Wartung und Nachbetrachtung.',
    sameAs: (format) => `Dasselbe als ${format}.`,
    everyUpdateHint: 'Ein Eintrag je Meldung. Für Slack ist dies der richtige.',
    calendarHint: 'Abonnieren Sie diese Adresse in Ihrem Kalender.',
    statusHint: 'Für Programme, die eine Übersicht von Statuspage lesen können.',
    partTitle: 'Ein Teil der Seite',
    partHint:
      'Wählen Sie aus, und Sie erhalten eine Adresse, die nur das zeigt, mit eigenen Feeds und eigenem Kalender. Dieselbe Auswahl gilt für Mails.',
    showPart: 'Diesen Teil zeigen',
    filter: 'Filter',
    seesPart: 'Sie sehen einen Teil dieser Seite:',
    showAll: 'Alles zeigen',
    followPart: 'Nur das verfolgen:',
    email: 'E-Mail',
    on: (names) => `zu ${names}`,
    least: {
      none: '',
      minor: 'ab geringer Auswirkung',
      major: 'ab großer Auswirkung',
      critical: 'bei kritischer Auswirkung',
    },
    noPostMortems: 'ohne Nachbetrachtungen',
    historyFeed: (page) => `${page} – Verlauf`,
    updatesFeed: (page) => `${page} – Meldungen`,
    aboutFeed: (page) => `Störungen von ${page}`,
    calendarOf: (page) => `${page}: Wartungen`,
  },
  fr: {
    byFeed: 'Par flux',
    incidents: 'Incidents',
    everyUpdate: 'Chaque nouvelle',
    maintenance: 'Maintenances, calendrier',
    statusAsJson: 'État, JSON',
    incidentsHint: 'Une entrée par incident, maintenance et retour d’expérience.',
    sameAs: (format) => `La même chose en ${format}.`,
    everyUpdateHint: 'Une entrée par nouvelle. Utilisez celui-ci dans Slack.',
    calendarHint: 'Abonnez votre calendrier à cette adresse.',
    statusHint: 'Pour les programmes qui lisent un résumé de Statuspage.',
    partTitle: 'Une partie de la page',
    partHint:
      'Choisissez, et vous obtenez une adresse qui ne montre que cela, avec ses flux et son calendrier. Le même choix vaut pour les e-mails.',
    showPart: 'Afficher cette partie',
    filter: 'Filtre',
    seesPart: 'Vous voyez une partie de cette page :',
    showAll: 'Tout afficher',
    followPart: 'Ne suivre que cela :',
    email: 'E-mail',
    on: (names) => `sur ${names}`,
    least: {
      none: '',
      minor: 'impact mineur ou plus',
      major: 'impact majeur ou plus',
      critical: 'impact critique',
    },
    noPostMortems: 'sans retours d’expérience',
    historyFeed: (page) => `${page} – Historique`,
    updatesFeed: (page) => `${page} – Nouvelles`,
    aboutFeed: (page) => `Les incidents de ${page}`,
    calendarOf: (page) => `${page} : maintenances`,
  },
  es: {
    byFeed: 'Por canal web',
    incidents: 'Incidentes',
    everyUpdate: 'Cada novedad',
    maintenance: 'Mantenimiento, calendario',
    statusAsJson: 'Estado, JSON',
    incidentsHint: 'Una entrada por incidente, mantenimiento y análisis posterior.',
    sameAs: (format) => `Lo mismo como ${format}.`,
    everyUpdateHint: 'Una entrada por novedad. Use este en Slack.',
    calendarHint: 'Suscriba su calendario a esta dirección.',
    statusHint: 'Para programas que leen un resumen de Statuspage.',
    partTitle: 'Una parte de la página',
    partHint:
      'Elija, y obtendrá una dirección que muestra solo eso, con sus propios canales y calendario. La misma elección vale para el correo.',
    showPart: 'Mostrar esta parte',
    filter: 'Filtro',
    seesPart: 'Ve una parte de esta página:',
    showAll: 'Mostrar todo',
    followPart: 'Seguir solo esto:',
    email: 'Correo',
    on: (names) => `sobre ${names}`,
    least: { none: '', minor: 'impacto menor o peor', major: 'impacto grave o peor', critical: 'impacto crítico' },
    noPostMortems: 'sin análisis posteriores',
    historyFeed: (page) => `${page} – Historial`,
    updatesFeed: (page) => `${page} – Novedades`,
    aboutFeed: (page) => `Incidentes de ${page}`,
    calendarOf: (page) => `${page}: mantenimiento`,
  },
  pt: {
    byFeed: 'Por feed',
    incidents: 'Incidentes',
    everyUpdate: 'Cada novidade',
    maintenance: 'Manutenção, calendário',
    statusAsJson: 'Estado, JSON',
    incidentsHint: 'Uma entrada por incidente, manutenção e análise posterior.',
    sameAs: (format) => `O mesmo em ${format}.`,
    everyUpdateHint: 'Uma entrada por novidade. Use este no Slack.',
    calendarHint: 'Subscreva este endereço no seu calendário.',
    statusHint: 'Para programas que leem um resumo do Statuspage.',
    partTitle: 'Uma parte da página',
    partHint:
      'Escolha, e obtém um endereço que mostra só isso, com os seus próprios feeds e calendário. A mesma escolha vale para o e-mail.',
    showPart: 'Mostrar esta parte',
    filter: 'Filtro',
    seesPart: 'Vê uma parte desta página:',
    showAll: 'Mostrar tudo',
    followPart: 'Seguir só isto:',
    email: 'E-mail',
    on: (names) => `sobre ${names}`,
    least: { none: '', minor: 'impacto menor ou pior', major: 'impacto grave ou pior', critical: 'impacto crítico' },
    noPostMortems: 'sem análises posteriores',
    historyFeed: (page) => `${page} – Histórico`,
    updatesFeed: (page) => `${page} – Novidades`,
    aboutFeed: (page) => `Incidentes de ${page}`,
    calendarOf: (page) => `${page}: manutenção`,
  },
  ja: {
    byFeed: 'フィード',
    incidents: 'インシデント',
    everyUpdate: 'すべての更新',
    maintenance: 'メンテナンス、カレンダー',
    statusAsJson: '現在の状態、JSON',
    incidentsHint: 'インシデント、メンテナンス、事後検証ごとに1件です。',
    sameAs: (format) => `同じ内容の${format}版です。`,
    everyUpdateHint: '更新ごとに1件です。Slackではこちらをお使いください。',
    calendarHint: 'お使いのカレンダーでこのアドレスを登録してください。',
    statusHint: 'Statuspageのサマリーを読めるプログラム向けです。',
    partTitle: 'ページの一部',
    partHint:
      '選択すると、その部分だけを表示するアドレスと、専用のフィードとカレンダーが得られます。メールでも同じ選択が使えます。',
    showPart: 'この部分を表示',
    filter: '絞り込み',
    seesPart: 'このページの一部を表示しています：',
    showAll: 'すべて表示',
    followPart: 'この部分だけを受け取る：',
    email: 'メール',
    on: (names) => `対象：${names}`,
    least: { none: '', minor: '軽微以上の影響', major: '重大以上の影響', critical: '深刻な影響' },
    noPostMortems: '事後検証を除く',
    historyFeed: (page) => `${page} – 履歴`,
    updatesFeed: (page) => `${page} – 更新`,
    aboutFeed: (page) => `${page}のインシデント`,
    calendarOf: (page) => `${page}：メンテナンス`,
  },
  zh: {
    byFeed: '订阅源',
    incidents: '事件',
    everyUpdate: '每次更新',
    maintenance: '维护日历',
    statusAsJson: '当前状态，JSON',
    incidentsHint: '每个事件、维护和事后分析一条。',
    sameAs: (format) => `内容相同，格式为 ${format}。`,
    everyUpdateHint: '每次更新一条。在 Slack 中请使用此项。',
    calendarHint: '在您的日历中订阅此地址。',
    statusHint: '供能读取 Statuspage 摘要的程序使用。',
    partTitle: '页面的一部分',
    partHint: '选择后即可得到只显示该部分的地址，并附有相应的订阅源和日历。同样的选择也适用于邮件。',
    showPart: '显示这一部分',
    filter: '筛选',
    seesPart: '您看到的是此页面的一部分：',
    showAll: '显示全部',
    followPart: '只关注这一部分：',
    email: '邮件',
    on: (names) => `涉及 ${names}`,
    least: { none: '', minor: '轻微及以上影响', major: '重大及以上影响', critical: '严重影响' },
    noPostMortems: '不含事后分析',
    historyFeed: (page) => `${page} – 历史`,
    updatesFeed: (page) => `${page} – 更新`,
    aboutFeed: (page) => `${page}的事件`,
    calendarOf: (page) => `${page}：维护`,
  },
  ar: {
    byFeed: 'عبر خلاصات الويب',
    incidents: 'الحوادث',
    everyUpdate: 'كل مستجد',
    maintenance: 'الصيانة، تقويم',
    statusAsJson: 'الحالة، JSON',
    incidentsHint: 'مدخل واحد لكل حادث وصيانة وتقرير ما بعد الحادث.',
    sameAs: (format) => `المحتوى نفسه بصيغة ${format}.`,
    everyUpdateHint: 'مدخل واحد لكل مستجد. استخدم هذه في Slack.',
    calendarHint: 'اشترك في هذا العنوان من تقويمك.',
    statusHint: 'للبرامج التي تقرأ ملخص Statuspage.',
    partTitle: 'جزء من الصفحة',
    partHint: 'اختر، تحصل على عنوان يعرض ذلك وحده، مع خلاصاته وتقويمه. ويسري الاختيار نفسه على البريد.',
    showPart: 'عرض هذا الجزء',
    filter: 'تصفية',
    seesPart: 'ترى جزءًا من هذه الصفحة:',
    showAll: 'عرض الكل',
    followPart: 'متابعة هذا وحده:',
    email: 'البريد',
    on: (names) => `بشأن ${names}`,
    least: { none: '', minor: 'بتأثير طفيف فأشد', major: 'بتأثير كبير فأشد', critical: 'بتأثير حرج' },
    noPostMortems: 'دون تقارير ما بعد الحوادث',
    historyFeed: (page) => `${page} – السجل`,
    updatesFeed: (page) => `${page} – المستجدات`,
    aboutFeed: (page) => `حوادث ${page}`,
    calendarOf: (page) => `${page}: الصيانة`,
  },
}
