import type { Verdict } from '../affectedLink.ts'
import type { Language } from '../language.ts'

/** The page that a signed link opens: whether its reader is affected. */
export interface AffectedWords {
  readonly title: string
  readonly verdict: Record<Verdict, string>
  readonly about: Record<Verdict, string>
  /** Whom the link is for. */
  readonly madeFor: (name: string) => string
  readonly region: string
  readonly plan: string
  readonly yourComponents: string
  readonly subscribe: string
  readonly wholePage: string
  /** Before a moment. */
  readonly holdsUntil: string
  readonly expired: string
  readonly expiredHint: string
  readonly wrong: string
  readonly wrongHint: string
}

export const AFFECTED_WORDS: Record<Language, AffectedWords> = {
  en: {
    title: 'Am I affected?',
    verdict: {
      affected: 'You are affected',
      maintenance: 'Maintenance is under way',
      not_affected: 'You are not affected',
      nothing_known: 'We cannot say whether you are affected',
    },
    about: {
      affected: 'Something that you use does not work as it should.',
      maintenance: 'Something that you use is being worked on, as planned.',
      not_affected: 'Everything that you use works.',
      nothing_known: 'Nothing that this link names is on this page any more. The whole page says how everything is.',
    },
    madeFor: (name) => `For ${name}`,
    region: 'Region',
    plan: 'Plan',
    yourComponents: 'What you use',
    subscribe: 'Get updates on what you use',
    wholePage: 'The whole status page',
    holdsUntil: 'This link holds until',
    expired: 'This link has expired',
    expiredHint: 'Get a new one where you got this one. The whole status page is open to everyone.',
    wrong: 'This link does not hold',
    wrongHint: 'It may be cut short, or was replaced. The whole status page is open to everyone.',
  },
  de: {
    title: 'Bin ich betroffen?',
    verdict: {
      affected: 'Sie sind betroffen',
      maintenance: 'Eine Wartung läuft',
      not_affected: 'Sie sind nicht betroffen',
      nothing_known: 'Ob Sie betroffen sind, lässt sich nicht sagen',
    },
    about: {
      affected: 'Etwas, das Sie nutzen, funktioniert nicht, wie es soll.',
      maintenance: 'An etwas, das Sie nutzen, wird wie geplant gearbeitet.',
      not_affected: 'Alles, was Sie nutzen, funktioniert.',
      nothing_known:
        'Nichts, was dieser Link nennt, steht noch auf dieser Seite. Wie es um alles steht, sagt die ganze Seite.',
    },
    madeFor: (name) => `Für ${name}`,
    region: 'Region',
    plan: 'Tarif',
    yourComponents: 'Was Sie nutzen',
    subscribe: 'Meldungen zu dem erhalten, was Sie nutzen',
    wholePage: 'Die ganze Statusseite',
    holdsUntil: 'Dieser Link gilt bis',
    expired: 'Dieser Link ist abgelaufen',
    expiredHint:
      'Sie bekommen einen neuen dort, wo Sie diesen bekommen haben. Die ganze Statusseite steht allen offen.',
    wrong: 'Dieser Link gilt nicht',
    wrongHint: 'Vielleicht ist er unvollständig oder wurde ersetzt. Die ganze Statusseite steht allen offen.',
  },
  fr: {
    title: 'Suis-je concerné ?',
    verdict: {
      affected: 'Vous êtes concerné',
      maintenance: 'Une maintenance est en cours',
      not_affected: 'Vous n’êtes pas concerné',
      nothing_known: 'Impossible de dire si vous êtes concerné',
    },
    about: {
      affected: 'Quelque chose que vous utilisez ne fonctionne pas comme il le devrait.',
      maintenance: 'Une intervention prévue est en cours sur quelque chose que vous utilisez.',
      not_affected: 'Tout ce que vous utilisez fonctionne.',
      nothing_known:
        'Rien de ce que ce lien désigne ne figure plus sur cette page. La page complète dit où en est le tout.',
    },
    madeFor: (name) => `Pour ${name}`,
    region: 'Région',
    plan: 'Offre',
    yourComponents: 'Ce que vous utilisez',
    subscribe: 'Recevoir les nouvelles de ce que vous utilisez',
    wholePage: 'La page d’état complète',
    holdsUntil: 'Ce lien est valable jusqu’au',
    expired: 'Ce lien a expiré',
    expiredHint: 'Demandez-en un nouveau là où vous avez obtenu celui-ci. La page d’état complète est ouverte à tous.',
    wrong: 'Ce lien n’est pas valable',
    wrongHint: 'Il est peut-être incomplet, ou a été remplacé. La page d’état complète est ouverte à tous.',
  },
  es: {
    title: '¿Me afecta?',
    verdict: {
      affected: 'Le afecta',
      maintenance: 'Hay un mantenimiento en curso',
      not_affected: 'No le afecta',
      nothing_known: 'No podemos decir si le afecta',
    },
    about: {
      affected: 'Algo que usted usa no funciona como debería.',
      maintenance: 'Se está trabajando, según lo previsto, en algo que usted usa.',
      not_affected: 'Todo lo que usted usa funciona.',
      nothing_known:
        'Nada de lo que nombra este enlace está ya en esta página. La página completa dice cómo está todo.',
    },
    madeFor: (name) => `Para ${name}`,
    region: 'Región',
    plan: 'Plan',
    yourComponents: 'Lo que usted usa',
    subscribe: 'Recibir novedades de lo que usted usa',
    wholePage: 'La página de estado completa',
    holdsUntil: 'Este enlace vale hasta',
    expired: 'Este enlace ha caducado',
    expiredHint: 'Consiga uno nuevo donde obtuvo este. La página de estado completa está abierta a todos.',
    wrong: 'Este enlace no vale',
    wrongHint: 'Puede estar incompleto o haber sido sustituido. La página de estado completa está abierta a todos.',
  },
  pt: {
    title: 'Isto afeta-me?',
    verdict: {
      affected: 'Está a ser afetado',
      maintenance: 'Há uma manutenção em curso',
      not_affected: 'Não está a ser afetado',
      nothing_known: 'Não é possível dizer se está a ser afetado',
    },
    about: {
      affected: 'Algo que utiliza não funciona como devia.',
      maintenance: 'Está em curso uma intervenção planeada em algo que utiliza.',
      not_affected: 'Tudo o que utiliza funciona.',
      nothing_known: 'Nada do que esta ligação indica está ainda nesta página. A página completa diz como está tudo.',
    },
    madeFor: (name) => `Para ${name}`,
    region: 'Região',
    plan: 'Plano',
    yourComponents: 'O que utiliza',
    subscribe: 'Receber novidades do que utiliza',
    wholePage: 'A página de estado completa',
    holdsUntil: 'Esta ligação é válida até',
    expired: 'Esta ligação expirou',
    expiredHint: 'Obtenha uma nova onde obteve esta. A página de estado completa está aberta a todos.',
    wrong: 'Esta ligação não é válida',
    wrongHint: 'Pode estar incompleta ou ter sido substituída. A página de estado completa está aberta a todos.',
  },
  ja: {
    title: '影響を受けていますか？',
    verdict: {
      affected: '影響を受けています',
      maintenance: 'メンテナンス中です',
      not_affected: '影響はありません',
      nothing_known: '影響の有無は分かりません',
    },
    about: {
      affected: 'ご利用中のものの一部が正常に動作していません。',
      maintenance: 'ご利用中のものの一部で、予定された作業を行っています。',
      not_affected: 'ご利用中のものはすべて正常に動作しています。',
      nothing_known: 'このリンクが示すものは、もうこのページにありません。全体の状況はステータスページをご覧ください。',
    },
    madeFor: (name) => `${name} 様向け`,
    region: 'リージョン',
    plan: 'プラン',
    yourComponents: 'ご利用中のもの',
    subscribe: 'ご利用中のものの最新情報を受け取る',
    wholePage: 'ステータスページ全体',
    holdsUntil: 'このリンクの有効期限：',
    expired: 'このリンクは期限切れです',
    expiredHint:
      'このリンクを入手した場所で、新しいものを取得してください。ステータスページ全体はどなたでもご覧になれます。',
    wrong: 'このリンクは無効です',
    wrongHint: '途中で切れているか、置き換えられた可能性があります。ステータスページ全体はどなたでもご覧になれます。',
  },
  zh: {
    title: '我受影响吗？',
    verdict: {
      affected: '您受到影响',
      maintenance: '正在维护',
      not_affected: '您未受影响',
      nothing_known: '无法判断您是否受影响',
    },
    about: {
      affected: '您使用的部分内容运行不正常。',
      maintenance: '您使用的部分内容正在按计划维护。',
      not_affected: '您使用的一切都运行正常。',
      nothing_known: '此链接所指的内容已不在此页面上。整体情况请查看完整的状态页面。',
    },
    madeFor: (name) => `为 ${name} 提供`,
    region: '区域',
    plan: '套餐',
    yourComponents: '您使用的内容',
    subscribe: '接收您所用内容的更新',
    wholePage: '完整的状态页面',
    holdsUntil: '此链接有效期至',
    expired: '此链接已过期',
    expiredHint: '请在获取此链接的地方重新获取。完整的状态页面对所有人开放。',
    wrong: '此链接无效',
    wrongHint: '它可能不完整，或已被替换。完整的状态页面对所有人开放。',
  },
  ar: {
    title: 'هل أنا متأثر؟',
    verdict: {
      affected: 'أنت متأثر',
      maintenance: 'تجري أعمال صيانة',
      not_affected: 'لست متأثرًا',
      nothing_known: 'لا يمكن القول إن كنت متأثرًا',
    },
    about: {
      affected: 'شيء مما تستخدمه لا يعمل كما ينبغي.',
      maintenance: 'تجري أعمال مخطط لها على شيء مما تستخدمه.',
      not_affected: 'كل ما تستخدمه يعمل.',
      nothing_known: 'لم يعد شيء مما يذكره هذا الرابط موجودًا في هذه الصفحة. صفحة الحالة الكاملة تبيّن حال كل شيء.',
    },
    madeFor: (name) => `من أجل ${name}`,
    region: 'المنطقة',
    plan: 'الباقة',
    yourComponents: 'ما تستخدمه',
    subscribe: 'تلقي مستجدات ما تستخدمه',
    wholePage: 'صفحة الحالة الكاملة',
    holdsUntil: 'هذا الرابط صالح حتى',
    expired: 'انتهت صلاحية هذا الرابط',
    expiredHint: 'احصل على رابط جديد من حيث حصلت على هذا. صفحة الحالة الكاملة متاحة للجميع.',
    wrong: 'هذا الرابط غير صالح',
    wrongHint: 'ربما كان ناقصًا أو استُبدل. صفحة الحالة الكاملة متاحة للجميع.',
  },
}
