import type { Language } from '../language.ts'

/** The pages that stand in where there is none to show. */
export interface ErrorWords {
  readonly noSuchPage: string
  readonly mayBeGone: string
  readonly cannotBeRead: string
  readonly saysNothing: string
  readonly tryAgain: string
  readonly toStatusPage: string
}

export const ERROR_WORDS: Record<Language, ErrorWords> = {
  en: {
    noSuchPage: 'There is no such page',
    mayBeGone: 'The address may be mistyped, or what it led to is gone.',
    cannotBeRead: 'The status page cannot be read',
    saysNothing: 'The status page cannot be read at the moment. This says nothing about the systems it reports on.',
    tryAgain: 'Please try again in a moment.',
    toStatusPage: 'To the status page',
  },
  de: {
    noSuchPage: 'Diese Seite gibt es nicht',
    mayBeGone: 'Vielleicht ist die Adresse falsch geschrieben, oder was dort stand, gibt es nicht mehr.',
    cannotBeRead: 'Die Statusseite ist nicht lesbar',
    saysNothing:
      'Die Statusseite ist im Moment nicht lesbar. Das sagt nichts über die Systeme, von denen sie berichtet.',
    tryAgain: 'Bitte versuchen Sie es gleich noch einmal.',
    toStatusPage: 'Zur Statusseite',
  },
  fr: {
    noSuchPage: 'Cette page n’existe pas',
    mayBeGone: 'L’adresse est peut-être mal saisie, ou ce qu’elle désignait n’existe plus.',
    cannotBeRead: 'La page d’état ne peut pas être lue',
    saysNothing:
      'La page d’état ne peut pas être lue pour le moment. Cela ne dit rien des systèmes dont elle rend compte.',
    tryAgain: 'Veuillez réessayer dans un instant.',
    toStatusPage: 'Vers la page d’état',
  },
  es: {
    noSuchPage: 'Esta página no existe',
    mayBeGone: 'Quizá la dirección esté mal escrita, o lo que había ya no existe.',
    cannotBeRead: 'No se puede leer la página de estado',
    saysNothing:
      'No se puede leer la página de estado en este momento. Esto no dice nada de los sistemas de los que informa.',
    tryAgain: 'Inténtelo de nuevo en un momento.',
    toStatusPage: 'A la página de estado',
  },
  pt: {
    noSuchPage: 'Esta página não existe',
    mayBeGone: 'O endereço pode estar mal escrito, ou o que lá estava já não existe.',
    cannotBeRead: 'Não é possível ler a página de estado',
    saysNothing:
      'Não é possível ler a página de estado neste momento. Isto nada diz sobre os sistemas de que ela dá conta.',
    tryAgain: 'Tente novamente dentro de momentos.',
    toStatusPage: 'Para a página de estado',
  },
  ja: {
    noSuchPage: 'ページが見つかりません',
    mayBeGone: 'アドレスに誤りがあるか、内容がすでに削除されています。',
    cannotBeRead: 'ステータスページを読み込めません',
    saysNothing: '現在、ステータスページを読み込めません。報告対象のシステムの状態を示すものではありません。',
    tryAgain: 'しばらくしてからもう一度お試しください。',
    toStatusPage: 'ステータスページへ',
  },
  zh: {
    noSuchPage: '没有此页面',
    mayBeGone: '地址可能有误，或其内容已不存在。',
    cannotBeRead: '无法读取状态页面',
    saysNothing: '目前无法读取状态页面。这并不说明其所报告系统的情况。',
    tryAgain: '请稍后再试。',
    toStatusPage: '前往状态页面',
  },
  ar: {
    noSuchPage: 'لا توجد صفحة بهذا العنوان',
    mayBeGone: 'ربما كُتب العنوان خطأً، أو أن ما كان فيه لم يعد موجودًا.',
    cannotBeRead: 'تتعذر قراءة صفحة الحالة',
    saysNothing: 'تتعذر قراءة صفحة الحالة في الوقت الراهن. لا يدل ذلك على حال الأنظمة التي تخبر عنها.',
    tryAgain: 'يُرجى المحاولة بعد قليل.',
    toStatusPage: 'إلى صفحة الحالة',
  },
}
