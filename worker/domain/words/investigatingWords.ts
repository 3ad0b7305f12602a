import type { Language } from '../language.ts'

/** What the system says of an incident when nobody has, where nobody wrote other words for it. */
export interface InvestigatingWords {
  readonly text: (components: string) => string
}

export const INVESTIGATING_WORDS: Record<Language, InvestigatingWords> = {
  en: {
    text: (components) =>
      `Our monitoring has found a problem with ${components}. A person is being called to look into it. This was posted automatically; an update follows.`,
  },
  de: {
    text: (components) =>
      `Unsere Überwachung hat ein Problem bei ${components} gefunden. Jemand wird gerufen, um es zu untersuchen. Diese Meldung wurde automatisch veröffentlicht; eine weitere folgt.`,
  },
  fr: {
    text: (components) =>
      `Notre surveillance a détecté un problème touchant ${components}. Une personne est appelée pour l’examiner. Ce message a été publié automatiquement ; un autre suivra.`,
  },
  es: {
    text: (components) =>
      `Nuestra supervisión ha detectado un problema en ${components}. Se está avisando a una persona para que lo examine. Este mensaje se ha publicado automáticamente; le seguirá otro.`,
  },
  pt: {
    text: (components) =>
      `A nossa monitorização detetou um problema em ${components}. Uma pessoa está a ser chamada para o analisar. Esta mensagem foi publicada automaticamente; seguir-se-á outra.`,
  },
  ja: {
    text: (components) =>
      `監視システムが${components}の問題を検知しました。担当者を呼び出しています。このお知らせは自動で掲載されました。続報をお待ちください。`,
  },
  zh: {
    text: (components) => `我们的监控发现${components}出现问题，正在呼叫人员进行调查。此消息为自动发布，后续会有更新。`,
  },
  ar: {
    text: (components) =>
      `اكتشفت المراقبة لدينا مشكلة في ${components}. يجري استدعاء شخص للنظر فيها. نُشرت هذه الرسالة تلقائيًا، وسيتبعها تحديث.`,
  },
}
