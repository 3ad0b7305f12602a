import type { Language } from '../language.ts'
import type { StepWords } from './comingWords.ts'

type RequestStep = 'link_sent' | 'phone_later'

/** After a request whose answer comes to another place than mail, or on another day. */
export const REQUEST_WORDS: Record<Language, Record<RequestStep, StepWords>> = {
  en: {
    link_sent: {
      title: 'The link is on its way',
      text: () =>
        'If it is subscribed here, a message with the link to change or end that is on its way there. Nothing has changed yet.',
      button: null,
    },
    phone_later: {
      title: 'Your text comes tomorrow',
      text: () =>
        'All texts that can go to requests today are used up. Yours is kept: if there is something to send to the number, it comes after midnight (UTC). By mail it goes at once.',
      button: null,
    },
  },
  de: {
    link_sent: {
      title: 'Der Link ist unterwegs',
      text: () =>
        'Wenn dorthin ein Abonnement besteht, ist eine Nachricht mit dem Link zum Ändern oder Beenden unterwegs. Bisher wurde nichts geändert.',
      button: null,
    },
    phone_later: {
      title: 'Ihre SMS kommt morgen',
      text: () =>
        'Die SMS, die heute für Anfragen zur Verfügung stehen, sind aufgebraucht. Ihre Anfrage ist vorgemerkt: Wenn es etwas an die Nummer zu senden gibt, kommt es nach Mitternacht (UTC). Per Mail geht es sofort.',
      button: null,
    },
  },
  fr: {
    link_sent: {
      title: 'Le lien est en route',
      text: () =>
        'Si un abonnement existe à cet endroit, un message avec le lien pour le modifier ou l’arrêter y est envoyé. Rien n’a encore changé.',
      button: null,
    },
    phone_later: {
      title: 'Votre SMS arrive demain',
      text: () =>
        'Les SMS réservés aux demandes sont épuisés pour aujourd’hui. La vôtre est conservée : s’il y a quelque chose à envoyer au numéro, cela arrive après minuit (UTC). Par courriel, c’est immédiat.',
      button: null,
    },
  },
  es: {
    link_sent: {
      title: 'El enlace va en camino',
      text: () =>
        'Si allí hay una suscripción, le llega un mensaje con el enlace para cambiarla o terminarla. Todavía no ha cambiado nada.',
      button: null,
    },
    phone_later: {
      title: 'Su SMS llega mañana',
      text: () =>
        'Los SMS disponibles hoy para solicitudes se han agotado. La suya se conserva: si hay algo que enviar al número, llega después de medianoche (UTC). Por correo llega enseguida.',
      button: null,
    },
  },
  pt: {
    link_sent: {
      title: 'A ligação vai a caminho',
      text: () =>
        'Se existir ali uma subscrição, segue uma mensagem com a ligação para a alterar ou terminar. Ainda nada mudou.',
      button: null,
    },
    phone_later: {
      title: 'O seu SMS chega amanhã',
      text: () =>
        'Os SMS disponíveis hoje para pedidos esgotaram-se. O seu pedido fica guardado: se houver algo a enviar para o número, chega depois da meia-noite (UTC). Por email chega logo.',
      button: null,
    },
  },
  ja: {
    link_sent: {
      title: 'リンクを送信しています',
      text: () =>
        '登録済みの宛先であれば、変更・停止のためのリンクを記載したメッセージが届きます。まだ何も変更されていません。',
      button: null,
    },
    phone_later: {
      title: 'SMSは明日届きます',
      text: () =>
        '本日、お申し込みに使えるSMSはなくなりました。お申し込みは保存されています。この番号に送るものがあれば、午前0時(UTC)以降に届きます。メールならすぐに届きます。',
      button: null,
    },
  },
  zh: {
    link_sent: {
      title: '链接已在途中',
      text: () => '如果该处已有订阅，会收到一条含链接的消息，可用来更改或结束订阅。目前尚未更改任何内容。',
      button: null,
    },
    phone_later: {
      title: '短信将于明天送达',
      text: () =>
        '今天可用于请求的短信已用完。您的请求已保留：如有内容要发送到该号码，将在午夜（UTC）之后送达。使用电子邮件可立即收到。',
      button: null,
    },
  },
  ar: {
    link_sent: {
      title: 'الرابط في الطريق',
      text: () => 'إن كان هناك اشتراك فستصل إلى ذلك العنوان رسالة فيها رابط لتغييره أو إنهائه. لم يتغير شيء بعد.',
      button: null,
    },
    phone_later: {
      title: 'تصلك الرسالة النصية غدًا',
      text: () =>
        'نفدت الرسائل النصية المتاحة اليوم للطلبات. طلبك محفوظ: إن كان هناك ما يُرسل إلى الرقم فسيصل بعد منتصف الليل (UTC). وبالبريد الإلكتروني يصل فورًا.',
      button: null,
    },
  },
}
