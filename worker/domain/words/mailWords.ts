import type { Language } from '../language.ts'

/** What only mail to subscribers says; the rest it has in common with other channels (`noticeWords.ts`). */
export interface MailWords {
  readonly postMortemOf: (title: string) => string
  readonly support: string
  /** `what`: as `updatesOf` and `updatesOn` name it. */
  readonly askConfirm: (what: string, email: string) => string
  readonly endsByItself: string
  readonly oneClick: string
  readonly orNothing: string
  readonly askManage: (page: string, email: string) => string
  readonly orNothingChanges: string
}

export const MAIL_WORDS: Record<Language, MailWords> = {
  en: {
    postMortemOf: (title) => `Post-mortem: ${title}`,
    support: 'Support',
    askConfirm: (what, email) => `Someone, hopefully you, asked for ${what} to be sent to ${email}.`,
    endsByItself: 'They end by themselves once the incident is resolved.',
    oneClick: 'One click and status updates come to this address.',
    orNothing: 'If it was not you, do nothing: no further mail comes, and the address is deleted after 7 days.',
    askManage: (page, email) => `Someone, hopefully you, asked for the link to change what ${page} sends to ${email}.`,
    orNothingChanges: 'If it was not you, do nothing: nothing changes.',
  },
  de: {
    postMortemOf: (title) => `Nachbetrachtung: ${title}`,
    support: 'Support',
    askConfirm: (what, email) => `Jemand, hoffentlich Sie, hat ${what} für ${email} bestellt.`,
    endsByItself: 'Sie enden von selbst, sobald der Vorfall behoben ist.',
    oneClick: 'Ein Klick, und Statusmeldungen kommen an diese Adresse.',
    orNothing:
      'Waren Sie es nicht, tun Sie nichts: Es kommt keine weitere Mail, und die Adresse wird nach 7 Tagen gelöscht.',
    askManage: (page, email) =>
      `Jemand, hoffentlich Sie, hat den Link bestellt, mit dem sich ändern lässt, was ${page} an ${email} schickt.`,
    orNothingChanges: 'Waren Sie es nicht, tun Sie nichts: Es ändert sich nichts.',
  },
  fr: {
    postMortemOf: (title) => `Retour d’expérience : ${title}`,
    support: 'Assistance',
    askConfirm: (what, email) => `Quelqu’un, vous sans doute, a demandé d’envoyer ${what} à ${email}.`,
    endsByItself: 'Ils cessent d’eux-mêmes une fois l’incident résolu.',
    oneClick: 'Un clic, et les messages d’état arrivent à cette adresse.',
    orNothing:
      'Si ce n’était pas vous, ne faites rien : aucun autre courriel ne viendra, et l’adresse sera effacée après 7 jours.',
    askManage: (page, email) =>
      `Quelqu’un, vous sans doute, a demandé le lien pour changer ce que ${page} envoie à ${email}.`,
    orNothingChanges: 'Si ce n’était pas vous, ne faites rien : rien ne change.',
  },
  es: {
    postMortemOf: (title) => `Análisis posterior: ${title}`,
    support: 'Soporte',
    askConfirm: (what, email) => `Alguien, seguramente usted, pidió que se envíen ${what} a ${email}.`,
    endsByItself: 'Terminan por sí solos cuando el incidente se resuelva.',
    oneClick: 'Un clic y los avisos de estado llegan a esta dirección.',
    orNothing: 'Si no fue usted, no haga nada: no llegará ningún otro correo y la dirección se borrará a los 7 días.',
    askManage: (page, email) =>
      `Alguien, seguramente usted, pidió el enlace para cambiar lo que ${page} envía a ${email}.`,
    orNothingChanges: 'Si no fue usted, no haga nada: nada cambia.',
  },
  pt: {
    postMortemOf: (title) => `Análise posterior: ${title}`,
    support: 'Suporte',
    askConfirm: (what, email) => `Alguém, provavelmente você, pediu para enviar ${what} para ${email}.`,
    endsByItself: 'Eles terminam sozinhos quando o incidente for resolvido.',
    oneClick: 'Um clique e os avisos de status chegam a este endereço.',
    orNothing: 'Se não foi você, não faça nada: nenhum outro e-mail virá, e o endereço será apagado após 7 dias.',
    askManage: (page, email) =>
      `Alguém, provavelmente você, pediu o link para mudar o que ${page} envia para ${email}.`,
    orNothingChanges: 'Se não foi você, não faça nada: nada muda.',
  },
  ja: {
    postMortemOf: (title) => `事後分析: ${title}`,
    support: 'サポート',
    askConfirm: (what, email) => `${what}を ${email} に送るよう、どなたか(おそらくご本人)から申し込みがありました。`,
    endsByItself: 'インシデントが解決すると自動的に終わります。',
    oneClick: 'ワンクリックで、このアドレスに更新が届きます。',
    orNothing: '心当たりがなければ何もしないでください。これ以上メールは届かず、アドレスは7日後に削除されます。',
    askManage: (page, email) =>
      `${page} が ${email} に送る内容を変更するリンクを、どなたか(おそらくご本人)が求めました。`,
    orNothingChanges: '心当たりがなければ何もしないでください。何も変わりません。',
  },
  zh: {
    postMortemOf: (title) => `事后分析:${title}`,
    support: '支持',
    askConfirm: (what, email) => `有人(想必是您)申请将${what}发送到 ${email}。`,
    endsByItself: '事件解决后会自动结束。',
    oneClick: '点击一次,状态更新就会发送到此地址。',
    orNothing: '如果不是您,无需任何操作:不会再有邮件,该地址将在 7 天后删除。',
    askManage: (page, email) => `有人(想必是您)申请了链接,用于更改 ${page} 发送到 ${email} 的内容。`,
    orNothingChanges: '如果不是您,无需任何操作:一切不变。',
  },
  ar: {
    postMortemOf: (title) => `تحليل لاحق: ${title}`,
    support: 'الدعم',
    askConfirm: (what, email) => `طلب شخص ما، ونأمل أنه أنت، إرسال ${what} إلى ${email}.`,
    endsByItself: 'تنتهي من تلقاء نفسها عند حل الحادثة.',
    oneClick: 'نقرة واحدة وتصل تحديثات الحالة إلى هذا العنوان.',
    orNothing: 'إن لم تكن أنت فلا تفعل شيئًا: لن تصل رسالة أخرى، ويُحذف العنوان بعد 7 أيام.',
    askManage: (page, email) => `طلب شخص ما، ونأمل أنه أنت، رابط تغيير ما ترسله ${page} إلى ${email}.`,
    orNothingChanges: 'إن لم تكن أنت فلا تفعل شيئًا: لن يتغير شيء.',
  },
}
