import type { Language } from '../language.ts'
import type { Translations } from '../publicModel.ts'

/** What is said of a maintenance when nobody writes anything: it is published, and stays as it was said. */

const SENTENCES = {
  en: {
    rescheduled: 'The maintenance has been rescheduled.',
    started: 'The scheduled maintenance has begun.',
    resumed: 'The work goes on.',
    verifying: 'The work is done. We are checking the result.',
    completed: 'The scheduled maintenance has been completed.',
    cancelled: 'The scheduled maintenance has been cancelled.',
  },
  de: {
    rescheduled: 'Die Wartung wurde verschoben.',
    started: 'Die geplante Wartung hat begonnen.',
    resumed: 'Die Arbeiten gehen weiter.',
    verifying: 'Die Arbeiten sind fertig. Wir prüfen das Ergebnis.',
    completed: 'Die geplante Wartung ist abgeschlossen.',
    cancelled: 'Die geplante Wartung wurde abgesagt.',
  },
  fr: {
    rescheduled: 'La maintenance a été reportée à une autre date.',
    started: 'La maintenance planifiée a commencé.',
    resumed: 'Les travaux se poursuivent.',
    verifying: 'Les travaux sont terminés. Nous vérifions le résultat.',
    completed: 'La maintenance planifiée est terminée.',
    cancelled: 'La maintenance planifiée a été annulée.',
  },
  es: {
    rescheduled: 'El mantenimiento se ha reprogramado.',
    started: 'El mantenimiento programado ha comenzado.',
    resumed: 'Los trabajos continúan.',
    verifying: 'Los trabajos han terminado. Estamos comprobando el resultado.',
    completed: 'El mantenimiento programado ha finalizado.',
    cancelled: 'El mantenimiento programado se ha cancelado.',
  },
  pt: {
    rescheduled: 'A manutenção foi reagendada.',
    started: 'A manutenção programada começou.',
    resumed: 'Os trabalhos continuam.',
    verifying: 'Os trabalhos terminaram. Estamos a verificar o resultado.',
    completed: 'A manutenção programada foi concluída.',
    cancelled: 'A manutenção programada foi cancelada.',
  },
  ja: {
    rescheduled: 'メンテナンスの日程が変更されました。',
    started: '予定されていたメンテナンスを開始しました。',
    resumed: '作業を続けています。',
    verifying: '作業が完了し、結果を確認しています。',
    completed: '予定されていたメンテナンスが完了しました。',
    cancelled: '予定されていたメンテナンスは中止されました。',
  },
  zh: {
    rescheduled: '维护时间已更改。',
    started: '计划维护已开始。',
    resumed: '维护工作继续进行。',
    verifying: '维护工作已完成，我们正在检查结果。',
    completed: '计划维护已完成。',
    cancelled: '计划维护已取消。',
  },
  ar: {
    rescheduled: 'تم تغيير موعد الصيانة.',
    started: 'بدأت الصيانة المجدولة.',
    resumed: 'العمل مستمر.',
    verifying: 'انتهى العمل، ونحن نتحقق من النتيجة.',
    completed: 'اكتملت الصيانة المجدولة.',
    cancelled: 'أُلغيت الصيانة المجدولة.',
  },
} as const satisfies Record<Language, Record<string, string>>

export type PlainSentence = keyof (typeof SENTENCES)['en']

/** In the language of the page, with the others as translations. */
export function plainSentence(
  what: PlainSentence,
  language: Language,
): { readonly body: string; readonly translations: Translations } {
  const all = Object.entries(SENTENCES).map(([spoken, sentences]) => [spoken, sentences[what]] as const)
  return {
    body: SENTENCES[language][what],
    translations: Object.fromEntries(all.filter(([spoken]) => spoken !== language)),
  }
}
