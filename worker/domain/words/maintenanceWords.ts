import type { Language } from '../language.ts'
import type { Around, AroundTwo } from './phrase.ts'

export interface MaintenanceWords {
  readonly maintenance: string
  readonly inProgress: string
  readonly upcoming: string
  readonly subscribeCalendar: string
  readonly notBegun: string
  readonly tooLong: string
  /** Between the times that held and those that hold. */
  readonly moved: AroundTwo
  /** Between the beginning and the end. */
  readonly until: string
  readonly announced: string
  readonly scheduledFor: string
  readonly wasScheduledFor: string
  readonly began: string
  readonly completed: string
  readonly addToCalendar: string
  /** A sentence around the window. */
  readonly planned: Around
}

export const MAINTENANCE_WORDS: Record<Language, MaintenanceWords> = {
  en: {
    maintenance: 'Maintenance',
    inProgress: 'Maintenance in progress',
    upcoming: 'Scheduled maintenance',
    subscribeCalendar: 'Subscribe in your calendar',
    notBegun: 'It has not begun yet.',
    tooLong: 'It takes longer than planned.',
    moved: ['From ', ' to ', ''],
    until: ' to ',
    announced: 'Announced',
    scheduledFor: 'Scheduled for',
    wasScheduledFor: 'Was scheduled for',
    began: 'Began',
    completed: 'Completed',
    addToCalendar: 'Add to your calendar',
    planned: ['Scheduled for ', ''],
  },
  de: {
    maintenance: 'Wartung',
    inProgress: 'Laufende Wartung',
    upcoming: 'Geplante Wartung',
    subscribeCalendar: 'Im Kalender abonnieren',
    notBegun: 'Sie hat noch nicht begonnen.',
    tooLong: 'Sie dauert länger als geplant.',
    moved: ['Von ', ' auf ', ''],
    until: ' bis ',
    announced: 'Angekündigt',
    scheduledFor: 'Geplant für',
    wasScheduledFor: 'War geplant für',
    began: 'Begonnen',
    completed: 'Abgeschlossen',
    addToCalendar: 'In den Kalender eintragen',
    planned: ['Geplant für ', ''],
  },
  fr: {
    maintenance: 'Maintenance',
    inProgress: 'Maintenance en cours',
    upcoming: 'Maintenance prévue',
    subscribeCalendar: 'S’abonner dans votre agenda',
    notBegun: 'Elle n’a pas encore commencé.',
    tooLong: 'Elle dure plus longtemps que prévu.',
    moved: ['Déplacée de ', ' à ', ''],
    until: ' – ',
    announced: 'Annonce',
    scheduledFor: 'Prévue',
    wasScheduledFor: 'Était prévue',
    began: 'Début',
    completed: 'Fin',
    addToCalendar: 'Ajouter à votre agenda',
    planned: ['Prévue : ', ''],
  },
  es: {
    maintenance: 'Mantenimiento',
    inProgress: 'Mantenimiento en curso',
    upcoming: 'Mantenimiento programado',
    subscribeCalendar: 'Suscribirse en el calendario',
    notBegun: 'Aún no ha empezado.',
    tooLong: 'Dura más de lo previsto.',
    moved: ['De ', ' a ', ''],
    until: ' – ',
    announced: 'Anunciado',
    scheduledFor: 'Programado para',
    wasScheduledFor: 'Estaba programado para',
    began: 'Empezó',
    completed: 'Terminó',
    addToCalendar: 'Añadir al calendario',
    planned: ['Programado: ', ''],
  },
  pt: {
    maintenance: 'Manutenção',
    inProgress: 'Manutenção em curso',
    upcoming: 'Manutenção agendada',
    subscribeCalendar: 'Subscrever no calendário',
    notBegun: 'Ainda não começou.',
    tooLong: 'Está a demorar mais do que o previsto.',
    moved: ['De ', ' para ', ''],
    until: ' – ',
    announced: 'Anunciada',
    scheduledFor: 'Agendada para',
    wasScheduledFor: 'Estava agendada para',
    began: 'Começou',
    completed: 'Terminou',
    addToCalendar: 'Adicionar ao calendário',
    planned: ['Agendada: ', ''],
  },
  ja: {
    maintenance: 'メンテナンス',
    inProgress: '実施中のメンテナンス',
    upcoming: '予定されているメンテナンス',
    subscribeCalendar: 'カレンダーで購読する',
    notBegun: 'まだ始まっていません。',
    tooLong: '予定より長くかかっています。',
    moved: ['', ' から ', ' に変更'],
    until: '～',
    announced: '告知',
    scheduledFor: '予定日時',
    wasScheduledFor: '当初の予定日時',
    began: '開始',
    completed: '完了',
    addToCalendar: 'カレンダーに追加',
    planned: ['予定：', ''],
  },
  zh: {
    maintenance: '维护',
    inProgress: '正在进行的维护',
    upcoming: '计划维护',
    subscribeCalendar: '在日历中订阅',
    notBegun: '尚未开始。',
    tooLong: '用时超出计划。',
    moved: ['由 ', ' 改为 ', ''],
    until: ' 至 ',
    announced: '公告时间',
    scheduledFor: '计划时间',
    wasScheduledFor: '原计划时间',
    began: '开始',
    completed: '完成',
    addToCalendar: '添加到日历',
    planned: ['计划时间：', ''],
  },
  ar: {
    maintenance: 'صيانة',
    inProgress: 'صيانة جارية',
    upcoming: 'صيانة مجدولة',
    subscribeCalendar: 'اشترك عبر تقويمك',
    notBegun: 'لم تبدأ بعد.',
    tooLong: 'تستغرق وقتًا أطول من المخطط.',
    moved: ['من ', ' إلى ', ''],
    until: ' – ',
    announced: 'أُعلنت',
    scheduledFor: 'الموعد المحدد',
    wasScheduledFor: 'كان الموعد المحدد',
    began: 'بدأت',
    completed: 'انتهت',
    addToCalendar: 'أضف إلى تقويمك',
    planned: ['الموعد: ', ''],
  },
}
