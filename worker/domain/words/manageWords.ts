import type { Language } from '../language.ts'
import type { Around, AroundTwo } from './phrase.ts'

/** Changing, ending and erasing one's own subscription. */
export interface ManageWords {
  readonly yours: string
  readonly whatIsSent: (page: string) => string
  readonly saved: string
  readonly holdsFrom: string
  /** Around the address. */
  readonly goesTo: (page: string) => Around
  /** Around the incident and the address. */
  readonly followGoesTo: AroundTwo
  readonly nothingGoesTo: Around
  readonly whatYouGet: string
  readonly save: string
  readonly leave: string
  readonly leaveHint: string
  readonly unsubscribe: string
  readonly comeBack: string
  readonly subscribeAgain: string
  readonly data: string
  readonly download: string
  readonly eraseAll: string
  readonly eraseHint: string
  readonly erase: string
  readonly ask: string
  readonly askDescription: (page: string) => string
  readonly notSentYet: string
  /** Above the channels to choose from. */
  readonly where: string
  /** Of mail. */
  readonly askHint: string
  readonly askHintSms: string
  readonly askHintChat: string
  readonly askHintWebhook: string
  /** Before a link to where that is. */
  readonly inBrowser: string
  readonly sendLink: string
}

export const MANAGE_WORDS: Record<Language, ManageWords> = {
  en: {
    yours: 'Your subscription',
    whatIsSent: (page) => `What ${page} sends you.`,
    saved: 'Saved.',
    holdsFrom: 'It holds from the next notice on.',
    goesTo: (page) => [`Notices of ${page} go to `, '.'],
    followGoesTo: ['The updates on “', '” go to ', ', until it is resolved.'],
    nothingGoesTo: ['Nothing is sent to ', '.'],
    whatYouGet: 'What you get',
    save: 'Save',
    leave: 'Leave',
    leaveHint:
      'Nothing more is sent to you. That you left is kept for 30 days, so that nobody signs you up again by mistake.',
    unsubscribe: 'Unsubscribe',
    comeBack: 'Come back',
    subscribeAgain: 'Subscribe again',
    data: 'Your data',
    download: 'Download all that is kept of you (JSON)',
    eraseAll: 'Erase all of it',
    eraseHint: 'Your address, what you chose and what was sent to you are deleted at once. This cannot be undone.',
    erase: 'Erase everything',
    ask: 'Change or end a subscription',
    askDescription: (page) => `Change what ${page} sends you.`,
    notSentYet: 'Nothing sent yet',
    where: 'Where you are told',
    askHint: 'If it is subscribed, a mail with your own link comes. The same link stands below every mail you get.',
    askHintSms:
      'If it is subscribed, a text with your own link comes. The same link stands in the text that you confirmed by.',
    askHintChat:
      'If it is subscribed, a message with the link is posted there. The same link stands below every message. Whoever reads the chat can use it.',
    askHintWebhook: 'If it is subscribed, it gets a signed delivery with subscription.manage_url.',
    inBrowser: 'Notifications of a browser are changed and ended in that browser, where they were turned on:',
    sendLink: 'Send me the link',
  },
  de: {
    yours: 'Ihr Abonnement',
    whatIsSent: (page) => `Was ${page} Ihnen sendet.`,
    saved: 'Gespeichert.',
    holdsFrom: 'Es gilt ab der nächsten Meldung.',
    goesTo: (page) => [`Meldungen von ${page} gehen an `, '.'],
    followGoesTo: ['Die Meldungen zu „', '“ gehen an ', ', bis die Störung behoben ist.'],
    nothingGoesTo: ['An ', ' wird nichts gesendet.'],
    whatYouGet: 'Was Sie erhalten',
    save: 'Speichern',
    leave: 'Abbestellen',
    leaveHint:
      'Ihnen wird nichts mehr gesendet. Dass Sie abbestellt haben, bleibt 30 Tage vermerkt, damit niemand Sie versehentlich wieder anmeldet.',
    unsubscribe: 'Abbestellen',
    comeBack: 'Wieder abonnieren',
    subscribeAgain: 'Noch einmal abonnieren',
    data: 'Ihre Daten',
    download: 'Alles herunterladen, was über Sie gespeichert ist (JSON)',
    eraseAll: 'Alles löschen',
    eraseHint:
      'Ihre Adresse, Ihre Auswahl und was Ihnen gesendet wurde, werden sofort gelöscht. Das lässt sich nicht rückgängig machen.',
    erase: 'Endgültig löschen',
    ask: 'Ein Abonnement ändern oder beenden',
    askDescription: (page) => `Ändern Sie, was ${page} Ihnen sendet.`,
    notSentYet: 'Noch nichts gesendet',
    where: 'Wo Sie Meldungen erhalten',
    askHint:
      'Wenn die Adresse abonniert ist, kommt eine Mail mit Ihrem eigenen Link. Er steht auch unter jeder Mail, die Sie erhalten.',
    askHintSms:
      'Wenn die Nummer abonniert ist, kommt eine SMS mit Ihrem eigenen Link. Er steht auch in der SMS, mit der Sie bestätigt haben.',
    askHintChat:
      'Wenn die Adresse abonniert ist, erscheint dort eine Nachricht mit dem Link. Er steht auch unter jeder Meldung. Wer den Chat liest, kann ihn benutzen.',
    askHintWebhook: 'Wenn die Adresse abonniert ist, erhält sie eine signierte Zustellung mit subscription.manage_url.',
    inBrowser:
      'Benachrichtigungen eines Browsers werden in diesem Browser geändert und beendet, dort, wo sie eingeschaltet wurden:',
    sendLink: 'Link zusenden',
  },
  fr: {
    yours: 'Votre abonnement',
    whatIsSent: (page) => `Ce que ${page} vous envoie.`,
    saved: 'Enregistré.',
    holdsFrom: 'Cela vaut dès le prochain message.',
    goesTo: (page) => [`Les messages de ${page} sont envoyés à `, '.'],
    followGoesTo: ['Les nouvelles de « ', ' » sont envoyées à ', ', jusqu’à la résolution.'],
    nothingGoesTo: ['Rien n’est envoyé à ', '.'],
    whatYouGet: 'Ce que vous recevez',
    save: 'Enregistrer',
    leave: 'Partir',
    leaveHint:
      'Plus rien ne vous est envoyé. Votre départ est conservé 30 jours, pour que personne ne vous réinscrive par erreur.',
    unsubscribe: 'Se désabonner',
    comeBack: 'Revenir',
    subscribeAgain: 'S’abonner à nouveau',
    data: 'Vos données',
    download: 'Télécharger tout ce qui est conservé sur vous (JSON)',
    eraseAll: 'Tout effacer',
    eraseHint:
      'Votre adresse, vos choix et ce qui vous a été envoyé sont supprimés aussitôt. Cette action est irréversible.',
    erase: 'Effacer définitivement',
    ask: 'Modifier ou résilier un abonnement',
    askDescription: (page) => `Modifiez ce que ${page} vous envoie.`,
    notSentYet: 'Rien n’a encore été envoyé',
    where: 'Où vous êtes informé',
    askHint:
      'Si l’adresse est abonnée, un e-mail contenant votre lien personnel arrive. Ce lien figure aussi au bas de chaque e-mail reçu.',
    askHintSms:
      'Si le numéro est abonné, un SMS contenant votre lien personnel arrive. Ce lien figure aussi dans le SMS de confirmation.',
    askHintChat:
      'Si l’adresse est abonnée, un message avec le lien y est publié. Ce lien figure aussi sous chaque message. Quiconque lit la messagerie peut l’utiliser.',
    askHintWebhook: 'Si l’adresse est abonnée, elle reçoit une livraison signée avec subscription.manage_url.',
    inBrowser:
      'Les notifications d’un navigateur se modifient et s’arrêtent dans ce navigateur, là où elles ont été activées :',
    sendLink: 'M’envoyer le lien',
  },
  es: {
    yours: 'Su suscripción',
    whatIsSent: (page) => `Lo que ${page} le envía.`,
    saved: 'Guardado.',
    holdsFrom: 'Se aplica desde el próximo aviso.',
    goesTo: (page) => [`Los avisos de ${page} se envían a `, '.'],
    followGoesTo: ['Las novedades de «', '» se envían a ', ', hasta que se resuelva.'],
    nothingGoesTo: ['No se envía nada a ', '.'],
    whatYouGet: 'Lo que recibe',
    save: 'Guardar',
    leave: 'Darse de baja',
    leaveHint: 'No se le envía nada más. Su baja se conserva 30 días, para que nadie vuelva a suscribirle por error.',
    unsubscribe: 'Cancelar la suscripción',
    comeBack: 'Volver',
    subscribeAgain: 'Suscribirse de nuevo',
    data: 'Sus datos',
    download: 'Descargar todo lo que se guarda sobre usted (JSON)',
    eraseAll: 'Borrarlo todo',
    eraseHint: 'Su dirección, lo que eligió y lo que se le envió se borran de inmediato. Esto no se puede deshacer.',
    erase: 'Borrar definitivamente',
    ask: 'Cambiar o cancelar una suscripción',
    askDescription: (page) => `Cambie lo que ${page} le envía.`,
    notSentYet: 'Aún no se ha enviado nada',
    where: 'Dónde recibe los avisos',
    askHint:
      'Si la dirección está suscrita, llega un correo con su propio enlace. El mismo enlace figura al pie de cada correo que recibe.',
    askHintSms:
      'Si el número está suscrito, llega un SMS con su propio enlace. El mismo enlace figura en el SMS con el que confirmó.',
    askHintChat:
      'Si la dirección está suscrita, allí se publica un mensaje con el enlace. El mismo enlace figura al pie de cada mensaje. Quien lea el chat puede usarlo.',
    askHintWebhook: 'Si la dirección está suscrita, recibe una entrega firmada con subscription.manage_url.',
    inBrowser: 'Las notificaciones de un navegador se cambian y se terminan en ese navegador, donde se activaron:',
    sendLink: 'Enviarme el enlace',
  },
  pt: {
    yours: 'A sua subscrição',
    whatIsSent: (page) => `O que ${page} lhe envia.`,
    saved: 'Guardado.',
    holdsFrom: 'Aplica-se a partir do próximo aviso.',
    goesTo: (page) => [`Os avisos de ${page} são enviados para `, '.'],
    followGoesTo: ['As novidades de “', '” são enviadas para ', ', até estar resolvido.'],
    nothingGoesTo: ['Nada é enviado para ', '.'],
    whatYouGet: 'O que recebe',
    save: 'Guardar',
    leave: 'Sair',
    leaveHint:
      'Nada mais lhe é enviado. A sua saída fica registada durante 30 dias, para que ninguém o volte a inscrever por engano.',
    unsubscribe: 'Cancelar a subscrição',
    comeBack: 'Voltar',
    subscribeAgain: 'Subscrever de novo',
    data: 'Os seus dados',
    download: 'Descarregar tudo o que está guardado sobre si (JSON)',
    eraseAll: 'Apagar tudo',
    eraseHint:
      'O seu endereço, o que escolheu e o que lhe foi enviado são apagados de imediato. Não é possível voltar atrás.',
    erase: 'Apagar definitivamente',
    ask: 'Alterar ou terminar uma subscrição',
    askDescription: (page) => `Altere o que ${page} lhe envia.`,
    notSentYet: 'Ainda não foi enviado nada',
    where: 'Onde recebe os avisos',
    askHint:
      'Se o endereço estiver subscrito, chega um e-mail com a sua ligação pessoal. A mesma ligação está no fim de cada e-mail que recebe.',
    askHintSms:
      'Se o número estiver subscrito, chega um SMS com a sua ligação pessoal. A mesma ligação está no SMS com que confirmou.',
    askHintChat:
      'Se o endereço estiver subscrito, é publicada ali uma mensagem com a ligação. A mesma ligação está no fim de cada mensagem. Quem lê o chat pode usá-la.',
    askHintWebhook: 'Se o endereço estiver subscrito, recebe uma entrega assinada com subscription.manage_url.',
    inBrowser: 'As notificações de um navegador são alteradas e terminadas nesse navegador, onde foram ativadas:',
    sendLink: 'Enviar-me a ligação',
  },
  ja: {
    yours: '登録内容',
    whatIsSent: (page) => `${page}から届くお知らせの設定です。`,
    saved: '保存しました。',
    holdsFrom: '次のお知らせから有効になります。',
    goesTo: (page) => [`${page}のお知らせは `, ' に届きます。'],
    followGoesTo: ['「', '」の更新は、解決するまで ', ' に届きます。'],
    nothingGoesTo: ['', ' には何も送信されません。'],
    whatYouGet: '受け取る内容',
    save: '保存',
    leave: '配信の停止',
    leaveHint: '以後は何も送信されません。誤って再登録されないよう、停止した事実を30日間保存します。',
    unsubscribe: '配信を停止する',
    comeBack: '再開',
    subscribeAgain: 'もう一度登録する',
    data: 'あなたのデータ',
    download: '保存されているすべてのデータをダウンロード（JSON）',
    eraseAll: 'すべて消去',
    eraseHint: '宛先、選択した内容、送信の記録をただちに削除します。元に戻すことはできません。',
    erase: '完全に消去する',
    ask: '登録の変更・停止',
    askDescription: (page) => `${page}から届くお知らせを変更します。`,
    notSentYet: 'まだ何も送信されていません',
    where: 'お知らせの届け先',
    askHint: '登録済みの宛先であれば、専用リンクを記載したメールが届きます。同じリンクは各メールの末尾にもあります。',
    askHintSms: '登録済みの番号であれば、専用リンクを記載したSMSが届きます。同じリンクは確認時のSMSにもあります。',
    askHintChat:
      '登録済みの宛先であれば、リンク付きのメッセージが投稿されます。同じリンクは各メッセージの下にもあります。チャットを読める人は誰でも使えます。',
    askHintWebhook: '登録済みの宛先であれば、subscription.manage_url を含む署名付きの送信が届きます。',
    inBrowser: 'ブラウザーの通知は、オンにしたそのブラウザーで変更・停止できます。',
    sendLink: 'リンクを送信',
  },
  zh: {
    yours: '您的订阅',
    whatIsSent: (page) => `${page}向您发送的内容。`,
    saved: '已保存。',
    holdsFrom: '从下一条通知起生效。',
    goesTo: (page) => [`${page}的通知将发送至 `, '。'],
    followGoesTo: ['“', '”的更新将发送至 ', '，直至解决。'],
    nothingGoesTo: ['不会向 ', ' 发送任何内容。'],
    whatYouGet: '接收内容',
    save: '保存',
    leave: '退订',
    leaveHint: '不再向您发送任何内容。退订记录保留 30 天，以免有人误将您再次订阅。',
    unsubscribe: '取消订阅',
    comeBack: '重新订阅',
    subscribeAgain: '再次订阅',
    data: '您的数据',
    download: '下载所保存的关于您的全部数据（JSON）',
    eraseAll: '全部删除',
    eraseHint: '您的地址、您的选择以及向您发送的记录将立即删除，且无法恢复。',
    erase: '永久删除',
    ask: '更改或结束订阅',
    askDescription: (page) => `更改${page}向您发送的内容。`,
    notSentYet: '尚未发送任何内容',
    where: '接收通知的位置',
    askHint: '如果该地址已订阅，您会收到一封含专属链接的邮件。每封邮件底部也有同一链接。',
    askHintSms: '如果该号码已订阅，您会收到一条含专属链接的短信。确认订阅时的短信中也有同一链接。',
    askHintChat:
      '如果该地址已订阅，那里会出现一条含链接的消息。每条消息下方也有同一链接。能看到该聊天的人都可以使用它。',
    askHintWebhook: '如果该地址已订阅，它会收到一次带签名的投递，其中含 subscription.manage_url。',
    inBrowser: '浏览器通知需在开启它的那个浏览器中更改或关闭：',
    sendLink: '把链接发给我',
  },
  ar: {
    yours: 'اشتراكك',
    whatIsSent: (page) => `ما يرسله إليك ${page}.`,
    saved: 'تم الحفظ.',
    holdsFrom: 'يسري ابتداءً من الإشعار التالي.',
    goesTo: (page) => [`تُرسل إشعارات ${page} إلى `, '.'],
    followGoesTo: ['تُرسل مستجدات «', '» إلى ', ' حتى يُحل الحادث.'],
    nothingGoesTo: ['لا يُرسل شيء إلى ', '.'],
    whatYouGet: 'ما يصلك',
    save: 'حفظ',
    leave: 'المغادرة',
    leaveHint: 'لن يُرسل إليك شيء بعد الآن. يُحفظ خبر مغادرتك 30 يومًا كي لا يسجّلك أحد من جديد خطأً.',
    unsubscribe: 'إلغاء الاشتراك',
    comeBack: 'العودة',
    subscribeAgain: 'الاشتراك من جديد',
    data: 'بياناتك',
    download: 'تنزيل كل ما هو محفوظ عنك (JSON)',
    eraseAll: 'محو كل شيء',
    eraseHint: 'يُحذف عنوانك وما اخترته وما أُرسل إليك فورًا. لا يمكن التراجع عن ذلك.',
    erase: 'محو نهائي',
    ask: 'تغيير اشتراك أو إنهاؤه',
    askDescription: (page) => `غيّر ما يرسله إليك ${page}.`,
    notSentYet: 'لم يُرسل شيء بعد',
    where: 'أين تصلك الإشعارات',
    askHint: 'إن كان العنوان مشتركًا فستصلك رسالة فيها رابطك الخاص. والرابط نفسه في أسفل كل رسالة تصلك.',
    askHintSms: 'إن كان الرقم مشتركًا فستصلك رسالة نصية فيها رابطك الخاص. والرابط نفسه في الرسالة التي أكّدت بها.',
    askHintChat:
      'إن كان العنوان مشتركًا فستُنشر هناك رسالة فيها الرابط. والرابط نفسه أسفل كل رسالة. ويستطيع استعماله كل من يقرأ المحادثة.',
    askHintWebhook: 'إن كان العنوان مشتركًا فسيصله إرسال موقّع فيه subscription.manage_url.',
    inBrowser: 'تُغيَّر إشعارات المتصفح وتُوقَف في المتصفح نفسه، حيث شُغّلت:',
    sendLink: 'أرسل إليّ الرابط',
  },
}
