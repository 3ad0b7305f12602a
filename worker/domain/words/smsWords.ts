import type { Language } from '../language.ts'

/** Texts to phones, and how one subscribes a number. STOP, YES and HELP are the words that carriers know everywhere. */
export interface SmsWords {
  readonly sms: string
  readonly number: string
  readonly hint: (prefixes: string) => string
  readonly noNumber: string
  readonly notThere: (prefixes: string) => string
  /** `what`: such as "updates of Acme". */
  readonly confirm: (what: string) => string
  readonly change: (page: string) => string
  readonly again: (page: string) => string
  readonly help: (page: string) => string
  /** To who is not subscribed. */
  readonly nobody: (page: string) => string
}

export const SMS_WORDS: Record<Language, SmsWords> = {
  en: {
    sms: 'Text message (SMS)',
    number: 'Mobile number with country code',
    hint: (prefixes) =>
      `We text a link to confirm. Numbers that begin with ${prefixes}. Answer STOP to end it. Your carrier may charge you.`,
    noNumber: 'That is not a phone number with its country code, such as +49 170 1234567.',
    notThere: (prefixes) => `We can only text numbers that begin with ${prefixes}.`,
    confirm: (what) =>
      `Confirm ${what} by text: open the link or answer YES. STOP ends it, HELP helps. Rates may apply.`,
    change: (page) => `Change or end the texts of ${page}:`,
    again: (page) => `You get the texts of ${page}. STOP ends them. To change what comes:`,
    help: (page) => `Status updates of ${page}. STOP ends them. To change what comes:`,
    nobody: (page) => `This number gets no texts of ${page}. To subscribe:`,
  },
  de: {
    sms: 'SMS',
    number: 'Mobilnummer mit Ländervorwahl',
    hint: (prefixes) =>
      `Wir senden per SMS einen Link zur Bestätigung. Nummern, die mit ${prefixes} beginnen. STOP als Antwort beendet es. Ihr Anbieter kann Gebühren berechnen.`,
    noNumber: 'Das ist keine Telefonnummer mit Ländervorwahl wie +49 170 1234567.',
    notThere: (prefixes) => `Wir können nur an Nummern senden, die mit ${prefixes} beginnen.`,
    confirm: (what) =>
      `Bitte ${what} per SMS bestätigen: Link öffnen oder mit YES antworten. STOP beendet es, HELP hilft. Gebühren möglich.`,
    change: (page) => `SMS von ${page} ändern oder beenden:`,
    again: (page) => `Sie erhalten die SMS von ${page}. STOP beendet sie. Zum Ändern:`,
    help: (page) => `Statusmeldungen von ${page}. STOP beendet sie. Zum Ändern:`,
    nobody: (page) => `Diese Nummer erhält keine SMS von ${page}. Zum Abonnieren:`,
  },
  fr: {
    sms: 'SMS',
    number: 'Numéro de mobile avec indicatif',
    hint: (prefixes) =>
      `Nous envoyons un lien de confirmation par SMS. Numéros commençant par ${prefixes}. Répondez STOP pour arrêter. Votre opérateur peut facturer.`,
    noNumber: 'Ce n’est pas un numéro avec son indicatif, comme +33 6 12 34 56 78.',
    notThere: (prefixes) => `Nous n’envoyons qu’aux numéros commençant par ${prefixes}.`,
    confirm: (what) =>
      `Confirmez ${what} par SMS : ouvrez le lien ou répondez YES. STOP arrête, HELP aide. Frais possibles.`,
    change: (page) => `Modifier ou arrêter les SMS de ${page} :`,
    again: (page) => `Vous recevez les SMS de ${page}. STOP les arrête. Pour modifier :`,
    help: (page) => `Nouvelles de ${page}. STOP les arrête. Pour modifier :`,
    nobody: (page) => `Ce numéro ne reçoit pas de SMS de ${page}. Pour s’abonner :`,
  },
  es: {
    sms: 'Mensaje de texto (SMS)',
    number: 'Número de móvil con prefijo de país',
    hint: (prefixes) =>
      `Enviamos un enlace de confirmación por SMS. Números que empiezan por ${prefixes}. Responda STOP para terminar. Su operador puede cobrarle.`,
    noNumber: 'No es un número de teléfono con su prefijo de país, como +34 612 34 56 78.',
    notThere: (prefixes) => `Solo podemos enviar a números que empiezan por ${prefixes}.`,
    confirm: (what) =>
      `Confirme ${what} por SMS: abra el enlace o responda YES. STOP termina, HELP ayuda. Puede tener coste.`,
    change: (page) => `Cambiar o terminar los SMS de ${page}:`,
    again: (page) => `Recibe los SMS de ${page}. STOP los termina. Para cambiarlos:`,
    help: (page) => `Novedades de ${page}. STOP las termina. Para cambiarlas:`,
    nobody: (page) => `Este número no recibe SMS de ${page}. Para suscribirse:`,
  },
  pt: {
    sms: 'Mensagem de texto (SMS)',
    number: 'Número de telemóvel com indicativo do país',
    hint: (prefixes) =>
      `Enviamos por SMS um link para confirmar. Números que começam por ${prefixes}. Responda STOP para terminar. A sua operadora pode cobrar.`,
    noNumber: 'Não é um número de telefone com o indicativo do país, como +351 912 345 678.',
    notThere: (prefixes) => `Só podemos enviar para números que começam por ${prefixes}.`,
    confirm: (what) =>
      `Confirme ${what} por SMS: abra o link ou responda YES. STOP termina, HELP ajuda. Pode ter custos.`,
    change: (page) => `Alterar ou terminar os SMS de ${page}:`,
    again: (page) => `Recebe os SMS de ${page}. STOP termina-os. Para alterar:`,
    help: (page) => `Novidades de ${page}. STOP termina-as. Para alterar:`,
    nobody: (page) => `Este número não recebe SMS de ${page}. Para subscrever:`,
  },
  ja: {
    sms: 'ショートメッセージ(SMS)',
    number: '国番号付きの携帯電話番号',
    hint: (prefixes) =>
      `確認用のリンクをSMSで送ります。${prefixes} で始まる番号が対象です。STOPと返信すると終了します。通信料がかかる場合があります。`,
    noNumber: '+81 90 1234 5678 のような国番号付きの電話番号ではありません。',
    notThere: (prefixes) => `${prefixes} で始まる番号にのみ送れます。`,
    confirm: (what) => `${what}をSMSで受け取るには、リンクを開くかYESと返信。終了はSTOP、案内はHELP。`,
    change: (page) => `${page}のSMSの変更・終了:`,
    again: (page) => `${page}のSMSが届きます。終了はSTOP。変更:`,
    help: (page) => `${page}のお知らせ。終了はSTOP。変更:`,
    nobody: (page) => `この番号は${page}のSMSに登録されていません。登録:`,
  },
  zh: {
    sms: '短信',
    number: '带国家代码的手机号码',
    hint: (prefixes) => `我们会用短信发送确认链接。仅限以 ${prefixes} 开头的号码。回复 STOP 即可停止。运营商可能收费。`,
    noNumber: '这不是带国家代码的电话号码，例如 +86 138 0013 8000。',
    notThere: (prefixes) => `我们只能向以 ${prefixes} 开头的号码发送短信。`,
    confirm: (what) => `确认以短信接收${what}：打开链接或回复 YES。STOP 停止，HELP 帮助。`,
    change: (page) => `更改或停止${page}的短信：`,
    again: (page) => `您会收到${page}的短信。STOP 停止。更改：`,
    help: (page) => `${page}的状态更新。STOP 停止。更改：`,
    nobody: (page) => `此号码未订阅${page}的短信。订阅：`,
  },
  ar: {
    sms: 'رسالة نصية (SMS)',
    number: 'رقم الجوال مع رمز البلد',
    hint: (prefixes) =>
      `نرسل رابط التأكيد برسالة نصية. الأرقام التي تبدأ بـ ${prefixes}. أجب بكلمة STOP للإيقاف. قد يحتسب مشغّلك رسومًا.`,
    noNumber: 'ليس هذا رقم هاتف مع رمز البلد، مثل ‎+966 50 123 4567.',
    notThere: (prefixes) => `لا نرسل إلا إلى الأرقام التي تبدأ بـ ${prefixes}.`,
    confirm: (what) => `لتأكيد ${what} بالرسائل: افتح الرابط أو أجب YES. STOP للإيقاف وHELP للمساعدة.`,
    change: (page) => `تغيير رسائل ${page} أو إيقافها:`,
    again: (page) => `تصلك رسائل ${page}. STOP للإيقاف. للتغيير:`,
    help: (page) => `مستجدات ${page}. STOP للإيقاف. للتغيير:`,
    nobody: (page) => `لا تصل هذا الرقم رسائل ${page}. للاشتراك:`,
  },
}
