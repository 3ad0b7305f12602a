import type { Language } from '../language.ts'
import type { Around } from './phrase.ts'

/** What stands around every page of the status page. */
export interface FrameWords {
  readonly skip: string
  readonly pages: string
  readonly status: string
  readonly history: string
  readonly uptime: string
  readonly postMortems: string
  readonly subscribe: string
  readonly support: string
  readonly languages: string
  /** Before a moment. */
  readonly asOf: string
  readonly storedCopy: string
  readonly calendar: string
  readonly copyKept: string
  /** Around when that was last proven. */
  readonly copyOpens: Around
  readonly copyIncomplete: Around
  readonly copyOfPage: string
}

export const FRAME_WORDS: Record<Language, FrameWords> = {
  en: {
    skip: 'Skip to content',
    pages: 'Pages',
    status: 'Status',
    history: 'History',
    uptime: 'Uptime',
    postMortems: 'Post-mortems',
    subscribe: 'Subscribe',
    support: 'Contact support',
    languages: 'Languages',
    asOf: 'As of',
    storedCopy: 'This page is a stored copy: it stays up when our systems do not.',
    calendar: 'Calendar',
    copyKept: 'A copy of this page is kept on another host.',
    copyOpens: ['It was last found to open alone on ', '.'],
    copyIncomplete: ['It was found incomplete on ', '.'],
    copyOfPage: 'Copy of this page',
  },
  de: {
    skip: 'Zum Inhalt',
    pages: 'Seiten',
    status: 'Status',
    history: 'Verlauf',
    uptime: 'Verfügbarkeit',
    postMortems: 'Nachbetrachtungen',
    subscribe: 'Abonnieren',
    support: 'Support kontaktieren',
    languages: 'Sprachen',
    asOf: 'Stand:',
    storedCopy: 'Diese Seite ist eine gespeicherte Kopie: Sie bleibt erreichbar, wenn unsere Systeme es nicht sind.',
    calendar: 'Kalender',
    copyKept: 'Eine Kopie dieser Seite liegt auf einem anderen Server.',
    copyOpens: ['Dass sie allein lesbar ist, wurde zuletzt geprüft: ', '.'],
    copyIncomplete: ['Sie war unvollständig: ', '.'],
    copyOfPage: 'Kopie dieser Seite',
  },
  fr: {
    skip: 'Aller au contenu',
    pages: 'Pages',
    status: 'État',
    history: 'Historique',
    uptime: 'Disponibilité',
    postMortems: 'Retours d’expérience',
    subscribe: 'S’abonner',
    support: 'Contacter l’assistance',
    languages: 'Langues',
    asOf: 'État au',
    storedCopy: 'Cette page est une copie enregistrée : elle reste accessible quand nos systèmes ne le sont pas.',
    calendar: 'Calendrier',
    copyKept: 'Une copie de cette page est conservée sur un autre serveur.',
    copyOpens: ['Dernière vérification qu’elle s’ouvre seule : ', '.'],
    copyIncomplete: ['Elle était incomplète : ', '.'],
    copyOfPage: 'Copie de cette page',
  },
  es: {
    skip: 'Ir al contenido',
    pages: 'Páginas',
    status: 'Estado',
    history: 'Historial',
    uptime: 'Disponibilidad',
    postMortems: 'Análisis posteriores',
    subscribe: 'Suscribirse',
    support: 'Contactar con soporte',
    languages: 'Idiomas',
    asOf: 'Situación a',
    storedCopy: 'Esta página es una copia guardada: sigue disponible cuando nuestros sistemas no lo están.',
    calendar: 'Calendario',
    copyKept: 'Hay una copia de esta página en otro servidor.',
    copyOpens: ['Última comprobación de que se abre por sí sola: ', '.'],
    copyIncomplete: ['Estaba incompleta: ', '.'],
    copyOfPage: 'Copia de esta página',
  },
  pt: {
    skip: 'Ir para o conteúdo',
    pages: 'Páginas',
    status: 'Estado',
    history: 'Histórico',
    uptime: 'Disponibilidade',
    postMortems: 'Análises posteriores',
    subscribe: 'Subscrever',
    support: 'Contactar o suporte',
    languages: 'Idiomas',
    asOf: 'Situação em',
    storedCopy: 'Esta página é uma cópia guardada: continua acessível quando os nossos sistemas não estão.',
    calendar: 'Calendário',
    copyKept: 'Existe uma cópia desta página noutro servidor.',
    copyOpens: ['Última verificação de que abre sozinha: ', '.'],
    copyIncomplete: ['Estava incompleta: ', '.'],
    copyOfPage: 'Cópia desta página',
  },
  ja: {
    skip: '本文へ移動',
    pages: 'ページ',
    status: '現在の状況',
    history: '履歴',
    uptime: '稼働率',
    postMortems: '事後検証',
    subscribe: '通知を受け取る',
    support: 'サポートに連絡',
    languages: '言語',
    asOf: '時点：',
    storedCopy: 'このページは保存された写しです。当社のシステムが停止していても表示されます。',
    calendar: 'カレンダー',
    copyKept: 'このページの写しは別のサーバーにも保存されています。',
    copyOpens: ['単独で表示できることの最終確認：', '。'],
    copyIncomplete: ['不完全であることを確認：', '。'],
    copyOfPage: 'このページの写し',
  },
  zh: {
    skip: '跳到正文',
    pages: '页面',
    status: '当前状态',
    history: '历史记录',
    uptime: '可用率',
    postMortems: '事后分析',
    subscribe: '订阅',
    support: '联系支持',
    languages: '语言',
    asOf: '截至',
    storedCopy: '本页面是已保存的副本：即使我们的系统无法访问，它仍可查看。',
    calendar: '日历',
    copyKept: '本页面的副本保存在另一台服务器上。',
    copyOpens: ['最近一次确认其可独立打开：', '。'],
    copyIncomplete: ['发现其不完整：', '。'],
    copyOfPage: '本页面的副本',
  },
  ar: {
    skip: 'انتقل إلى المحتوى',
    pages: 'الصفحات',
    status: 'الحالة',
    history: 'السجل',
    uptime: 'مدة التشغيل',
    postMortems: 'تقارير ما بعد الحوادث',
    subscribe: 'اشترك',
    support: 'اتصل بالدعم',
    languages: 'اللغات',
    asOf: 'حتى',
    storedCopy: 'هذه الصفحة نسخة محفوظة: تبقى متاحة عندما تتعطل أنظمتنا.',
    calendar: 'التقويم',
    copyKept: 'تُحفظ نسخة من هذه الصفحة على خادم آخر.',
    copyOpens: ['آخر تحقق من أنها تُفتح بمفردها: ', '.'],
    copyIncomplete: ['وُجدت غير مكتملة: ', '.'],
    copyOfPage: 'نسخة من هذه الصفحة',
  },
}
