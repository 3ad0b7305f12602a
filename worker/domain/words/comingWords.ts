import type { Language } from '../language.ts'

/** One step on the way in or out. */
export interface StepWords {
  readonly title: string
  readonly text: (page: string) => string
  /** What the button does; null where there is nothing left to do. */
  readonly button: string | null
}

type ComingStep =
  | 'check_mail'
  | 'check_phone'
  | 'check_webhook'
  | 'check_chat'
  | 'confirm'
  | 'confirmed'
  | 'not_followed'

/** Each step on the way in, whatever the channel. */
export const COMING_WORDS: Record<Language, Record<ComingStep, StepWords>> = {
  en: {
    check_mail: {
      title: 'Check your mail',
      text: () =>
        'If there is something to send to the address, a mail with a link is on its way to it. Open the link within 7 days. Nothing else is sent before that.',
      button: null,
    },
    check_phone: {
      title: 'Look at your phone',
      text: () =>
        'If the number can be subscribed, a text with a link is on its way to it. Open the link, or answer YES, within 7 days. Nothing else is sent before that.',
      button: null,
    },
    check_webhook: {
      title: 'Answer the first delivery',
      text: () =>
        'If the address can be subscribed, it gets a delivery with a challenge and a link. Answer with the challenge, or open the link within 7 days. Nothing else is sent before that.',
      button: null,
    },
    check_chat: {
      title: 'Look into the chat',
      text: () =>
        'If the address can be subscribed, a message with a link is posted there. Open the link within 7 days. Nothing else is sent before that.',
      button: null,
    },
    confirm: {
      title: 'Confirm your subscription',
      text: (page) => `Updates of ${page} are sent to you once you confirm.`,
      button: 'Confirm subscription',
    },
    confirmed: {
      title: 'You are subscribed',
      text: () => 'Updates come from now on. Each has a link to stop them.',
      button: null,
    },
    not_followed: {
      title: 'Nothing to follow',
      text: () => 'The incident is over, or it was taken back. You can subscribe to all that happens.',
      button: null,
    },
  },
  de: {
    check_mail: {
      title: 'Sehen Sie in Ihre Mails',
      text: () =>
        'Wenn es etwas an die Adresse zu senden gibt, ist eine Mail mit einem Link unterwegs. Öffnen Sie ihn innerhalb von 7 Tagen. Vorher wird nichts anderes gesendet.',
      button: null,
    },
    check_phone: {
      title: 'Sehen Sie auf Ihr Telefon',
      text: () =>
        'Wenn die Nummer abonnieren kann, ist eine SMS mit einem Link unterwegs. Öffnen Sie ihn oder antworten Sie YES, innerhalb von 7 Tagen. Vorher wird nichts anderes gesendet.',
      button: null,
    },
    check_webhook: {
      title: 'Beantworten Sie die erste Zustellung',
      text: () =>
        'Wenn die Adresse abonnieren kann, erhält sie eine Zustellung mit einer Aufgabe und einem Link. Antworten Sie mit der Aufgabe oder öffnen Sie den Link innerhalb von 7 Tagen. Vorher wird nichts anderes gesendet.',
      button: null,
    },
    check_chat: {
      title: 'Sehen Sie in den Chat',
      text: () =>
        'Wenn die Adresse abonnieren kann, erscheint dort eine Nachricht mit einem Link. Öffnen Sie ihn innerhalb von 7 Tagen. Vorher wird nichts anderes gesendet.',
      button: null,
    },
    confirm: {
      title: 'Abonnement bestätigen',
      text: (page) => `Meldungen von ${page} werden gesendet, sobald Sie bestätigen.`,
      button: 'Abonnement bestätigen',
    },
    confirmed: {
      title: 'Sie haben abonniert',
      text: () => 'Meldungen kommen von jetzt an. In jeder steht ein Link zum Abbestellen.',
      button: null,
    },
    not_followed: {
      title: 'Nichts zu verfolgen',
      text: () => 'Die Störung ist vorbei oder wurde zurückgenommen. Sie können alles abonnieren, was geschieht.',
      button: null,
    },
  },
  fr: {
    check_mail: {
      title: 'Consultez vos courriels',
      text: () =>
        'S’il y a quelque chose à envoyer à l’adresse, un courriel avec un lien est en route. Ouvrez-le dans les 7 jours. Rien d’autre n’est envoyé avant.',
      button: null,
    },
    check_phone: {
      title: 'Regardez votre téléphone',
      text: () =>
        'Si le numéro peut être abonné, un SMS avec un lien lui est envoyé. Ouvrez-le ou répondez YES dans les 7 jours. Rien d’autre n’est envoyé avant.',
      button: null,
    },
    check_webhook: {
      title: 'Répondez à la première livraison',
      text: () =>
        'Si l’adresse peut être abonnée, elle reçoit une livraison avec un défi et un lien. Répondez par le défi ou ouvrez le lien dans les 7 jours. Rien d’autre n’est envoyé avant.',
      button: null,
    },
    check_chat: {
      title: 'Regardez la messagerie',
      text: () =>
        'Si l’adresse peut être abonnée, un message avec un lien y est publié. Ouvrez-le dans les 7 jours. Rien d’autre n’est envoyé avant.',
      button: null,
    },
    confirm: {
      title: 'Confirmez votre abonnement',
      text: (page) => `Les nouvelles de ${page} sont envoyées dès que vous confirmez.`,
      button: 'Confirmer l’abonnement',
    },
    confirmed: {
      title: 'Vous êtes abonné',
      text: () => 'Les nouvelles arrivent désormais. Chacune contient un lien pour les arrêter.',
      button: null,
    },
    not_followed: {
      title: 'Rien à suivre',
      text: () => 'L’incident est terminé ou a été retiré. Vous pouvez vous abonner à tout ce qui se passe.',
      button: null,
    },
  },
  es: {
    check_mail: {
      title: 'Revise su correo',
      text: () =>
        'Si hay algo que enviar a la dirección, va en camino un correo con un enlace. Ábralo en 7 días. Antes no se envía nada más.',
      button: null,
    },
    check_phone: {
      title: 'Mire su teléfono',
      text: () =>
        'Si el número puede suscribirse, le llega un SMS con un enlace. Ábralo o responda YES en 7 días. Antes no se envía nada más.',
      button: null,
    },
    check_webhook: {
      title: 'Responda a la primera entrega',
      text: () =>
        'Si la dirección puede suscribirse, recibe una entrega con un desafío y un enlace. Responda con el desafío o abra el enlace en 7 días. Antes no se envía nada más.',
      button: null,
    },
    check_chat: {
      title: 'Mire el chat',
      text: () =>
        'Si la dirección puede suscribirse, allí aparece un mensaje con un enlace. Ábralo en 7 días. Antes no se envía nada más.',
      button: null,
    },
    confirm: {
      title: 'Confirme su suscripción',
      text: (page) => `Las novedades de ${page} se envían cuando confirme.`,
      button: 'Confirmar la suscripción',
    },
    confirmed: {
      title: 'Está suscrito',
      text: () => 'Las novedades llegan desde ahora. Cada una lleva un enlace para terminarlas.',
      button: null,
    },
    not_followed: {
      title: 'Nada que seguir',
      text: () => 'El incidente terminó o fue retirado. Puede suscribirse a todo lo que ocurra.',
      button: null,
    },
  },
  pt: {
    check_mail: {
      title: 'Veja o seu email',
      text: () =>
        'Se houver algo a enviar para o endereço, vai a caminho um email com um link. Abra-o dentro de 7 dias. Antes disso nada mais é enviado.',
      button: null,
    },
    check_phone: {
      title: 'Veja o seu telefone',
      text: () =>
        'Se o número puder subscrever, é-lhe enviado um SMS com um link. Abra-o ou responda YES dentro de 7 dias. Antes disso nada mais é enviado.',
      button: null,
    },
    check_webhook: {
      title: 'Responda à primeira entrega',
      text: () =>
        'Se o endereço puder subscrever, recebe uma entrega com um desafio e um link. Responda com o desafio ou abra o link dentro de 7 dias. Antes disso nada mais é enviado.',
      button: null,
    },
    check_chat: {
      title: 'Veja o chat',
      text: () =>
        'Se o endereço puder subscrever, é publicada ali uma mensagem com um link. Abra-o dentro de 7 dias. Antes disso nada mais é enviado.',
      button: null,
    },
    confirm: {
      title: 'Confirme a sua subscrição',
      text: (page) => `As novidades de ${page} são enviadas assim que confirmar.`,
      button: 'Confirmar subscrição',
    },
    confirmed: {
      title: 'Está subscrito',
      text: () => 'As novidades chegam a partir de agora. Cada uma tem um link para as terminar.',
      button: null,
    },
    not_followed: {
      title: 'Nada para seguir',
      text: () => 'O incidente terminou ou foi retirado. Pode subscrever tudo o que acontece.',
      button: null,
    },
  },
  ja: {
    check_mail: {
      title: 'メールを確認してください',
      text: () =>
        'このアドレスに送るものがあれば、リンク付きのメールが届きます。7日以内に開いてください。それまでは何も送りません。',
      button: null,
    },
    check_phone: {
      title: '電話を確認してください',
      text: () =>
        '登録できる番号には、リンク付きのSMSが届きます。7日以内にリンクを開くか、YESと返信してください。それまでは何も送りません。',
      button: null,
    },
    check_webhook: {
      title: '最初の送信に応答してください',
      text: () =>
        '登録できるアドレスには、チャレンジとリンクを含む送信が届きます。チャレンジで応答するか、7日以内にリンクを開いてください。それまでは何も送りません。',
      button: null,
    },
    check_chat: {
      title: 'チャットを確認してください',
      text: () =>
        '登録できるアドレスには、リンク付きのメッセージが投稿されます。7日以内に開いてください。それまでは何も送りません。',
      button: null,
    },
    confirm: {
      title: '登録の確認',
      text: (page) => `確認すると ${page} の更新が送られます。`,
      button: '登録を確認する',
    },
    confirmed: {
      title: '登録しました',
      text: () => 'これから更新が届きます。どれにも停止のリンクがあります。',
      button: null,
    },
    not_followed: {
      title: 'フォローできません',
      text: () => 'インシデントは終了したか、取り下げられました。すべての更新を登録できます。',
      button: null,
    },
  },
  zh: {
    check_mail: {
      title: '请查收邮件',
      text: () => '如有内容要发送到该地址，带链接的邮件已在途中。请在 7 天内打开。在此之前不会发送其他内容。',
      button: null,
    },
    check_phone: {
      title: '请查看手机',
      text: () => '若该号码可订阅，会收到带链接的短信。请在 7 天内打开链接或回复 YES。在此之前不会发送其他内容。',
      button: null,
    },
    check_webhook: {
      title: '请回应首次投递',
      text: () => '若该地址可订阅，会收到含质询和链接的投递。请回应质询或在 7 天内打开链接。在此之前不会发送其他内容。',
      button: null,
    },
    check_chat: {
      title: '请查看聊天',
      text: () => '若该地址可订阅，那里会出现带链接的消息。请在 7 天内打开。在此之前不会发送其他内容。',
      button: null,
    },
    confirm: { title: '确认订阅', text: (page) => `确认后即会发送${page}的更新。`, button: '确认订阅' },
    confirmed: { title: '订阅成功', text: () => '从现在起会收到更新。每条都有退订链接。', button: null },
    not_followed: {
      title: '无可关注',
      text: () => '事件已结束或已撤回。您可以订阅全部更新。',
      button: null,
    },
  },
  ar: {
    check_mail: {
      title: 'تحقق من بريدك',
      text: () =>
        'إذا كان هناك ما يُرسل إلى العنوان فرسالة فيها رابط في الطريق. افتح الرابط خلال 7 أيام. لا يُرسل شيء آخر قبل ذلك.',
      button: null,
    },
    check_phone: {
      title: 'انظر في هاتفك',
      text: () => 'إذا أمكن اشتراك الرقم فستصله رسالة فيها رابط. افتحه أو أجب YES خلال 7 أيام. لا يُرسل شيء آخر قبل ذلك.',
      button: null,
    },
    check_webhook: {
      title: 'رُد على أول إرسال',
      text: () =>
        'إذا أمكن اشتراك العنوان فسيصله إرسال فيه تحدٍّ ورابط. رُد بالتحدي أو افتح الرابط خلال 7 أيام. لا يُرسل شيء آخر قبل ذلك.',
      button: null,
    },
    check_chat: {
      title: 'انظر في المحادثة',
      text: () => 'إذا أمكن اشتراك العنوان فستُنشر هناك رسالة فيها رابط. افتحه خلال 7 أيام. لا يُرسل شيء آخر قبل ذلك.',
      button: null,
    },
    confirm: { title: 'أكّد اشتراكك', text: (page) => `تُرسل مستجدات ${page} بعد تأكيدك.`, button: 'أكّد الاشتراك' },
    confirmed: { title: 'أنت مشترك', text: () => 'تصلك المستجدات من الآن. في كل منها رابط لإيقافها.', button: null },
    not_followed: {
      title: 'لا شيء لمتابعته',
      text: () => 'انتهى الحادث أو سُحب. يمكنك الاشتراك في كل ما يحدث.',
      button: null,
    },
  },
}
