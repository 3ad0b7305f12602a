import type { Language } from '../language.ts'

/** What is said of the evidence behind uptime. */
export interface UptimeWords {
  /** Before the links to the files. */
  readonly evidence: string
  /** Of all components of a group together. */
  readonly together: string
  /** Around the two ends of the time that the figures are of. */
  readonly range: (from: string, until: string) => string
  readonly groupFormula: string
  readonly evidenceLead: string
  /** Names a file: what it is of, and its kind. */
  readonly file: (name: string, kind: string) => string
}

export const UPTIME_WORDS: Record<Language, UptimeWords> = {
  en: {
    evidence: 'Evidence',
    together: 'All together',
    range: (from, until) => `From ${from} until ${until}.`,
    groupFormula:
      'A group’s uptime is computed the same way over the time of all its members together: 100 × (1 − downtime of all ÷ time observed of all).',
    evidenceLead: 'Each figure can be computed again from the recorded states in its file.',
    file: (name, kind) => `${name}: recorded states as ${kind}`,
  },
  de: {
    evidence: 'Nachweis',
    together: 'Alle zusammen',
    range: (from, until) => `Von ${from} bis ${until}.`,
    groupFormula:
      'Die Verfügbarkeit einer Gruppe wird ebenso über die Zeit aller Mitglieder zusammen berechnet: 100 × (1 − Ausfallzeit aller ÷ beobachtete Zeit aller).',
    evidenceLead: 'Jede Zahl lässt sich aus den aufgezeichneten Zuständen in ihrer Datei nachrechnen.',
    file: (name, kind) => `${name}: aufgezeichnete Zustände als ${kind}`,
  },
  fr: {
    evidence: 'Preuves',
    together: 'Ensemble',
    range: (from, until) => `Du ${from} au ${until}.`,
    groupFormula:
      'La disponibilité d’un groupe se calcule de la même façon sur le temps de tous ses membres réunis : 100 × (1 − indisponibilité de tous ÷ temps observé de tous).',
    evidenceLead: 'Chaque chiffre peut être recalculé à partir des états enregistrés dans son fichier.',
    file: (name, kind) => `${name} : états enregistrés en ${kind}`,
  },
  es: {
    evidence: 'Pruebas',
    together: 'En conjunto',
    range: (from, until) => `Desde ${from} hasta ${until}.`,
    groupFormula:
      'La disponibilidad de un grupo se calcula igual sobre el tiempo de todos sus miembros en conjunto: 100 × (1 − inactividad de todos ÷ tiempo observado de todos).',
    evidenceLead: 'Cada cifra puede volver a calcularse a partir de los estados registrados en su archivo.',
    file: (name, kind) => `${name}: estados registrados en ${kind}`,
  },
  pt: {
    evidence: 'Provas',
    together: 'Em conjunto',
    range: (from, until) => `De ${from} até ${until}.`,
    groupFormula:
      'A disponibilidade de um grupo calcula-se da mesma forma sobre o tempo de todos os seus membros em conjunto: 100 × (1 − indisponibilidade de todos ÷ tempo observado de todos).',
    evidenceLead: 'Cada valor pode voltar a ser calculado a partir dos estados registados no seu ficheiro.',
    file: (name, kind) => `${name}: estados registados em ${kind}`,
  },
  ja: {
    evidence: '根拠データ',
    together: '全体',
    range: (from, until) => `対象期間：${from} から ${until} まで。`,
    groupFormula:
      'グループの稼働率も、全メンバーの時間を合わせて同じ方法で計算します：100 ×（1 − 全メンバーの停止時間 ÷ 全メンバーの観測時間）。',
    evidenceLead: '各数値は、ファイルに記録された状態から計算し直すことができます。',
    file: (name, kind) => `${name}：記録された状態（${kind}）`,
  },
  zh: {
    evidence: '依据',
    together: '合计',
    range: (from, until) => `自 ${from} 至 ${until}。`,
    groupFormula:
      '组的可用率以同样方式按所有成员的时间合并计算：100 ×（1 − 所有成员的停机时间 ÷ 所有成员的观测时间）。',
    evidenceLead: '每个数字都可以根据其文件中记录的状态重新计算。',
    file: (name, kind) => `${name}：记录的状态（${kind}）`,
  },
  ar: {
    evidence: 'الأدلة',
    together: 'الكل معًا',
    range: (from, until) => `من ${from} حتى ${until}.`,
    groupFormula:
      'تُحسب مدة تشغيل المجموعة بالطريقة نفسها على وقت جميع أعضائها معًا: 100 × (1 − وقت تعطل الجميع ÷ الوقت المرصود للجميع).',
    evidenceLead: 'يمكن إعادة حساب كل رقم من الحالات المسجلة في ملفه.',
    file: (name, kind) => `${name}: الحالات المسجلة بصيغة ${kind}`,
  },
}
