import type { Language } from '../language.ts'
import type { Impact } from '../publicModel.ts'
import type { Level } from '../readerFilter.ts'

/** The fields in which readers choose what they see or are told. */
export interface ChoiceWords {
  readonly what: string
  readonly incidentsOf: string
  readonly onlySome: string
  readonly noneIsAll: string
  readonly groups: string
  readonly components: string
  readonly postMortems: string
  readonly language: string
  readonly levels: Record<Level, string>
  /** After `incidentsOf`. */
  readonly impacts: Record<Impact, string>
}

export const CHOICE_WORDS: Record<Language, ChoiceWords> = {
  en: {
    what: 'What',
    incidentsOf: 'Incidents of',
    onlySome: 'Only for some components',
    noneIsAll: 'Choose none to hear of all.',
    groups: 'Whole groups, also what is added to them',
    components: 'Components',
    postMortems: 'Also send published post-mortems',
    language: 'Language',
    levels: {
      everything: 'Everything',
      start_and_resolve: 'Start and end only',
      major_only: 'Major and critical incidents only',
      weekly_digest: 'A digest once a week, on Mondays',
      post_mortems_only: 'Post-mortems only',
      maintenance_only: 'Maintenance only',
    },
    impacts: {
      none: 'any impact',
      minor: 'minor impact and worse',
      major: 'major impact and worse',
      critical: 'critical impact',
    },
  },
  de: {
    what: 'Was',
    incidentsOf: 'Störungen mit',
    onlySome: 'Nur für einige Komponenten',
    noneIsAll: 'Ohne Auswahl erfahren Sie von allen.',
    groups: 'Ganze Gruppen, auch was dazukommt',
    components: 'Komponenten',
    postMortems: 'Auch veröffentlichte Nachbetrachtungen senden',
    language: 'Sprache',
    levels: {
      everything: 'Alles',
      start_and_resolve: 'Nur Beginn und Ende',
      major_only: 'Nur schwere Störungen',
      weekly_digest: 'Ein Wochenüberblick am Montag',
      post_mortems_only: 'Nur Nachbetrachtungen',
      maintenance_only: 'Nur Wartungen',
    },
    impacts: {
      none: 'jeder Auswirkung',
      minor: 'geringer Auswirkung und mehr',
      major: 'großer Auswirkung und mehr',
      critical: 'kritischer Auswirkung',
    },
  },
  fr: {
    what: 'Quoi',
    incidentsOf: 'Incidents',
    onlySome: 'Seulement certains composants',
    noneIsAll: 'Sans choix, tous comptent.',
    groups: 'Groupes entiers, ajouts compris',
    components: 'Composants',
    postMortems: 'Envoyer aussi les retours d’expérience publiés',
    language: 'Langue',
    levels: {
      everything: 'Tout',
      start_and_resolve: 'Début et fin seulement',
      major_only: 'Incidents majeurs et critiques',
      weekly_digest: 'Un résumé le lundi',
      post_mortems_only: 'Retours d’expérience seulement',
      maintenance_only: 'Maintenances seulement',
    },
    impacts: {
      none: 'de tout impact',
      minor: 'd’impact mineur ou plus',
      major: 'd’impact majeur ou plus',
      critical: 'd’impact critique',
    },
  },
  es: {
    what: 'Qué',
    incidentsOf: 'Incidentes',
    onlySome: 'Solo algunos componentes',
    noneIsAll: 'Sin elegir, cuentan todos.',
    groups: 'Grupos enteros, también lo que se añada',
    components: 'Componentes',
    postMortems: 'Enviar también los análisis posteriores',
    language: 'Idioma',
    levels: {
      everything: 'Todo',
      start_and_resolve: 'Solo inicio y fin',
      major_only: 'Solo incidentes graves y críticos',
      weekly_digest: 'Un resumen los lunes',
      post_mortems_only: 'Solo análisis posteriores',
      maintenance_only: 'Solo mantenimiento',
    },
    impacts: {
      none: 'de cualquier impacto',
      minor: 'de impacto menor o peor',
      major: 'de impacto grave o peor',
      critical: 'de impacto crítico',
    },
  },
  pt: {
    what: 'O quê',
    incidentsOf: 'Incidentes',
    onlySome: 'Só alguns componentes',
    noneIsAll: 'Sem escolha, contam todos.',
    groups: 'Grupos inteiros, incluindo o que se acrescente',
    components: 'Componentes',
    postMortems: 'Enviar também as análises posteriores',
    language: 'Idioma',
    levels: {
      everything: 'Tudo',
      start_and_resolve: 'Só início e fim',
      major_only: 'Só incidentes graves e críticos',
      weekly_digest: 'Um resumo às segundas',
      post_mortems_only: 'Só análises posteriores',
      maintenance_only: 'Só manutenção',
    },
    impacts: {
      none: 'de qualquer impacto',
      minor: 'de impacto menor ou pior',
      major: 'de impacto grave ou pior',
      critical: 'de impacto crítico',
    },
  },
  ja: {
    what: '内容',
    incidentsOf: 'インシデント',
    onlySome: '一部のコンポーネントのみ',
    noneIsAll: '選ばない場合はすべてが対象です。',
    groups: 'グループ全体（今後の追加も含む）',
    components: 'コンポーネント',
    postMortems: '公開された事後検証も送る',
    language: '言語',
    levels: {
      everything: 'すべて',
      start_and_resolve: '開始と終了のみ',
      major_only: '重大・深刻なインシデントのみ',
      weekly_digest: '週に一度、月曜のまとめ',
      post_mortems_only: '事後検証のみ',
      maintenance_only: 'メンテナンスのみ',
    },
    impacts: {
      none: '影響の大小を問わない',
      minor: '軽微以上の影響',
      major: '重大以上の影響',
      critical: '深刻な影響',
    },
  },
  zh: {
    what: '内容',
    incidentsOf: '事件',
    onlySome: '仅限部分组件',
    noneIsAll: '不选即为全部。',
    groups: '整组，包括以后新增的',
    components: '组件',
    postMortems: '同时发送已发布的事后分析',
    language: '语言',
    levels: {
      everything: '全部',
      start_and_resolve: '仅开始和结束',
      major_only: '仅重大和严重事件',
      weekly_digest: '每周一的摘要',
      post_mortems_only: '仅事后分析',
      maintenance_only: '仅维护',
    },
    impacts: {
      none: '任何影响',
      minor: '轻微及以上影响',
      major: '重大及以上影响',
      critical: '严重影响',
    },
  },
  ar: {
    what: 'ماذا',
    incidentsOf: 'الحوادث',
    onlySome: 'لبعض المكوّنات فقط',
    noneIsAll: 'بلا اختيار يصلك كل شيء.',
    groups: 'مجموعات كاملة مع ما يُضاف إليها',
    components: 'المكوّنات',
    postMortems: 'أرسل أيضًا تقارير ما بعد الحوادث',
    language: 'اللغة',
    levels: {
      everything: 'كل شيء',
      start_and_resolve: 'البداية والنهاية فقط',
      major_only: 'الحوادث الكبيرة والحرجة فقط',
      weekly_digest: 'ملخص أسبوعي يوم الاثنين',
      post_mortems_only: 'تقارير ما بعد الحوادث فقط',
      maintenance_only: 'الصيانة فقط',
    },
    impacts: {
      none: 'بأي تأثير',
      minor: 'بتأثير طفيف فأشد',
      major: 'بتأثير كبير فأشد',
      critical: 'بتأثير حرج',
    },
  },
}
