import type { Language } from '../language.ts'

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
  },
}
