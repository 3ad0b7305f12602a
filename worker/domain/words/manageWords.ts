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
  readonly noMailYet: string
  readonly askHint: string
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
    noMailYet: 'No mail sent yet',
    askHint: 'If it is subscribed, a mail with your own link comes. The same link stands below every mail you get.',
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
    noMailYet: 'Noch keine Mail gesendet',
    askHint:
      'Wenn die Adresse abonniert ist, kommt eine Mail mit Ihrem eigenen Link. Er steht auch unter jeder Mail, die Sie erhalten.',
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
    noMailYet: 'Aucun e-mail envoyé',
    askHint:
      'Si l’adresse est abonnée, un e-mail contenant votre lien personnel arrive. Ce lien figure aussi au bas de chaque e-mail reçu.',
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
    noMailYet: 'Aún no se ha enviado ningún correo',
    askHint:
      'Si la dirección está suscrita, llega un correo con su propio enlace. El mismo enlace figura al pie de cada correo que recibe.',
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
    noMailYet: 'Ainda não foi enviado nenhum e-mail',
    askHint:
      'Se o endereço estiver subscrito, chega um e-mail com a sua ligação pessoal. A mesma ligação está no fim de cada e-mail que recebe.',
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
    noMailYet: 'メールはまだ送信されていません',
    askHint: '登録済みの宛先であれば、専用リンクを記載したメールが届きます。同じリンクは各メールの末尾にもあります。',
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
    noMailYet: '尚未发送邮件',
    askHint: '如果该地址已订阅，您会收到一封含专属链接的邮件。每封邮件底部也有同一链接。',
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
    noMailYet: 'لم تُرسل رسالة بعد',
    askHint: 'إن كان العنوان مشتركًا فستصلك رسالة فيها رابطك الخاص. والرابط نفسه في أسفل كل رسالة تصلك.',
    sendLink: 'أرسل إليّ الرابط',
  },
}
