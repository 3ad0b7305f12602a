import type { Language } from '../language.ts'
import type { MaintenanceNews } from '../notice.ts'

/** What subscribers are told of maintenance and post-mortems; states are called as on the page (stateWords.ts). */
export interface NewsWords {
  readonly maintenance: Record<MaintenanceNews, string>
  readonly postMortem: string
  readonly componentsChanged: string
}

export const NEWS_WORDS: Record<Language, NewsWords> = {
  en: {
    maintenance: {
      scheduled: 'Maintenance scheduled',
      rescheduled: 'Maintenance rescheduled',
      reminder: 'Maintenance soon',
      started: 'Maintenance in progress',
      verifying: 'Maintenance is being verified',
      completed: 'Maintenance completed',
      cancelled: 'Maintenance cancelled',
      updated: 'Maintenance update',
    },
    postMortem: 'Post-mortem published',
    componentsChanged: 'Components changed',
  },
  de: {
    maintenance: {
      scheduled: 'Wartung geplant',
      rescheduled: 'Wartung verschoben',
      reminder: 'Wartung steht bevor',
      started: 'Wartung läuft',
      verifying: 'Wartung wird überprüft',
      completed: 'Wartung abgeschlossen',
      cancelled: 'Wartung abgesagt',
      updated: 'Neues zur Wartung',
    },
    postMortem: 'Nachbetrachtung veröffentlicht',
    componentsChanged: 'Komponenten haben sich geändert',
  },
  fr: {
    maintenance: {
      scheduled: 'Maintenance planifiée',
      rescheduled: 'Maintenance reportée',
      reminder: 'Maintenance imminente',
      started: 'Maintenance en cours',
      verifying: 'Maintenance en vérification',
      completed: 'Maintenance terminée',
      cancelled: 'Maintenance annulée',
      updated: 'Point sur la maintenance',
    },
    postMortem: 'Retour d’expérience publié',
    componentsChanged: 'Des composants ont changé d’état',
  },
  es: {
    maintenance: {
      scheduled: 'Mantenimiento programado',
      rescheduled: 'Mantenimiento reprogramado',
      reminder: 'Mantenimiento próximo',
      started: 'Mantenimiento en curso',
      verifying: 'Mantenimiento en verificación',
      completed: 'Mantenimiento completado',
      cancelled: 'Mantenimiento cancelado',
      updated: 'Novedades del mantenimiento',
    },
    postMortem: 'Análisis posterior publicado',
    componentsChanged: 'Han cambiado componentes',
  },
  pt: {
    maintenance: {
      scheduled: 'Manutenção agendada',
      rescheduled: 'Manutenção reagendada',
      reminder: 'Manutenção em breve',
      started: 'Manutenção em curso',
      verifying: 'Manutenção em verificação',
      completed: 'Manutenção concluída',
      cancelled: 'Manutenção cancelada',
      updated: 'Novidades da manutenção',
    },
    postMortem: 'Análise posterior publicada',
    componentsChanged: 'Componentes mudaram de estado',
  },
  ja: {
    maintenance: {
      scheduled: 'メンテナンスの予定',
      rescheduled: 'メンテナンスの日程変更',
      reminder: 'まもなくメンテナンス開始',
      started: 'メンテナンス中',
      verifying: 'メンテナンスの確認中',
      completed: 'メンテナンス完了',
      cancelled: 'メンテナンス中止',
      updated: 'メンテナンスの最新情報',
    },
    postMortem: '事後検証を公開',
    componentsChanged: 'コンポーネントの状態が変わりました',
  },
  zh: {
    maintenance: {
      scheduled: '已安排维护',
      rescheduled: '维护改期',
      reminder: '维护即将开始',
      started: '维护进行中',
      verifying: '维护验证中',
      completed: '维护已完成',
      cancelled: '维护已取消',
      updated: '维护动态',
    },
    postMortem: '事后分析已发布',
    componentsChanged: '组件状态已变化',
  },
  ar: {
    maintenance: {
      scheduled: 'صيانة مجدولة',
      rescheduled: 'تغيّر موعد الصيانة',
      reminder: 'صيانة قريبة',
      started: 'الصيانة جارية',
      verifying: 'يجري التحقق من الصيانة',
      completed: 'اكتملت الصيانة',
      cancelled: 'أُلغيت الصيانة',
      updated: 'مستجدات الصيانة',
    },
    postMortem: 'نُشر تقرير ما بعد الحادث',
    componentsChanged: 'تغيّرت حالة مكوّنات',
  },
}
