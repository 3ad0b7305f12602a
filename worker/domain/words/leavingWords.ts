import type { Language } from '../language.ts'
import type { StepWords } from './comingWords.ts'

type LeavingStep = 'link_expired' | 'unsubscribe' | 'unsubscribed' | 'erased'

/** Each step on the way out, and of links that are too old. */
export const LEAVING_WORDS: Record<Language, Record<LeavingStep, StepWords>> = {
  en: {
    link_expired: {
      title: 'This link no longer works',
      text: () =>
        'It is too old or incomplete. To subscribe, enter your address again; to unsubscribe, use the link in the latest message you have.',
      button: null,
    },
    unsubscribe: {
      title: 'Unsubscribe',
      text: (page) => `No further updates of ${page} are sent to you once you confirm.`,
      button: 'Unsubscribe',
    },
    unsubscribed: {
      title: 'You are unsubscribed',
      text: () => 'Nothing more is sent to you. You can subscribe again at any time.',
      button: null,
    },
    erased: {
      title: 'Everything is erased',
      text: () => 'Your address, what you chose and what was sent to you are deleted.',
      button: null,
    },
  },
  de: {
    link_expired: {
      title: 'Dieser Link gilt nicht mehr',
      text: () =>
        'Er ist zu alt oder unvollständig. Zum Abonnieren geben Sie Ihre Adresse noch einmal ein; zum Abbestellen nutzen Sie den Link in Ihrer neuesten Nachricht.',
      button: null,
    },
    unsubscribe: {
      title: 'Abbestellen',
      text: (page) => `Sobald Sie bestätigen, wird nichts mehr von ${page} gesendet.`,
      button: 'Abbestellen',
    },
    unsubscribed: {
      title: 'Sie haben abbestellt',
      text: () => 'Es wird nichts mehr gesendet. Sie können jederzeit wieder abonnieren.',
      button: null,
    },
    erased: {
      title: 'Alles ist gelöscht',
      text: () => 'Ihre Adresse, Ihre Auswahl und das Gesendete sind gelöscht.',
      button: null,
    },
  },
  fr: {
    link_expired: {
      title: 'Ce lien ne fonctionne plus',
      text: () =>
        'Il est trop ancien ou incomplet. Pour vous abonner, saisissez de nouveau votre adresse ; pour vous désabonner, utilisez le lien du dernier message reçu.',
      button: null,
    },
    unsubscribe: {
      title: 'Se désabonner',
      text: (page) => `Dès que vous confirmez, plus rien de ${page} n’est envoyé.`,
      button: 'Se désabonner',
    },
    unsubscribed: {
      title: 'Vous êtes désabonné',
      text: () => 'Plus rien ne vous est envoyé. Vous pouvez vous réabonner à tout moment.',
      button: null,
    },
    erased: {
      title: 'Tout est effacé',
      text: () => 'Votre adresse, vos choix et ce qui vous a été envoyé sont supprimés.',
      button: null,
    },
  },
  es: {
    link_expired: {
      title: 'Este enlace ya no sirve',
      text: () =>
        'Es demasiado antiguo o está incompleto. Para suscribirse, escriba de nuevo su dirección; para terminar, use el enlace del último mensaje.',
      button: null,
    },
    unsubscribe: {
      title: 'Cancelar la suscripción',
      text: (page) => `Cuando confirme, no se envía nada más de ${page}.`,
      button: 'Cancelar la suscripción',
    },
    unsubscribed: {
      title: 'Suscripción cancelada',
      text: () => 'No se le envía nada más. Puede volver a suscribirse cuando quiera.',
      button: null,
    },
    erased: {
      title: 'Todo está borrado',
      text: () => 'Su dirección, lo elegido y lo enviado se han borrado.',
      button: null,
    },
  },
  pt: {
    link_expired: {
      title: 'Este link já não funciona',
      text: () =>
        'É demasiado antigo ou está incompleto. Para subscrever, escreva de novo o endereço; para terminar, use o link da última mensagem.',
      button: null,
    },
    unsubscribe: {
      title: 'Cancelar a subscrição',
      text: (page) => `Assim que confirmar, nada mais de ${page} é enviado.`,
      button: 'Cancelar a subscrição',
    },
    unsubscribed: {
      title: 'Subscrição cancelada',
      text: () => 'Nada mais lhe é enviado. Pode voltar a subscrever quando quiser.',
      button: null,
    },
    erased: {
      title: 'Tudo foi apagado',
      text: () => 'O seu endereço, as escolhas e o que foi enviado foram apagados.',
      button: null,
    },
  },
  ja: {
    link_expired: {
      title: 'このリンクは無効です',
      text: () =>
        '古すぎるか、不完全です。登録するにはもう一度入力してください。停止するには最新のメッセージのリンクを使ってください。',
      button: null,
    },
    unsubscribe: {
      title: '配信停止',
      text: (page) => `確認すると ${page} の更新は送られなくなります。`,
      button: '配信を停止する',
    },
    unsubscribed: {
      title: '配信を停止しました',
      text: () => 'これ以上は何も送りません。いつでも再登録できます。',
      button: null,
    },
    erased: { title: 'すべて消去しました', text: () => 'アドレス、選択内容、送信記録を削除しました。', button: null },
  },
  zh: {
    link_expired: {
      title: '此链接已失效',
      text: () => '它已过期或不完整。如需订阅请重新输入地址；如需退订请使用最近一条消息中的链接。',
      button: null,
    },
    unsubscribe: { title: '取消订阅', text: (page) => `确认后不会再发送${page}的更新。`, button: '取消订阅' },
    unsubscribed: { title: '已取消订阅', text: () => '不会再发送任何内容。您可随时重新订阅。', button: null },
    erased: { title: '全部已删除', text: () => '您的地址、选择和发送记录均已删除。', button: null },
  },
  ar: {
    link_expired: {
      title: 'هذا الرابط لم يعد صالحًا',
      text: () => 'إنه قديم جدًا أو ناقص. للاشتراك أدخل عنوانك مرة أخرى؛ ولإلغائه استخدم الرابط في آخر رسالة لديك.',
      button: null,
    },
    unsubscribe: {
      title: 'إلغاء الاشتراك',
      text: (page) => `بعد تأكيدك لا يُرسل شيء آخر من ${page}.`,
      button: 'ألغِ الاشتراك',
    },
    unsubscribed: {
      title: 'أُلغي اشتراكك',
      text: () => 'لن يُرسل إليك شيء آخر. يمكنك الاشتراك من جديد متى شئت.',
      button: null,
    },
    erased: { title: 'مُسح كل شيء', text: () => 'حُذف عنوانك وما اخترته وما أُرسل إليك.', button: null },
  },
}
