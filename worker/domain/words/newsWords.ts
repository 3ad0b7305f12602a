import type { ComponentStatus } from '../componentStatus.ts'
import type { Language } from '../language.ts'
import type { MaintenanceNews } from '../notice.ts'
import type { PublicStatus } from '../publicModel.ts'

/** How readers are told the states of components, incidents and maintenance. */
export interface NewsWords {
  readonly component: Record<ComponentStatus, string>
  readonly incident: Record<PublicStatus, string>
  readonly maintenance: Record<MaintenanceNews, string>
  readonly postMortem: string
  readonly componentsChanged: string
}

export const NEWS_WORDS: Record<Language, NewsWords> = {
  en: {
    component: {
      operational: 'Operational',
      under_maintenance: 'Under maintenance',
      degraded_performance: 'Degraded performance',
      partial_outage: 'Partial outage',
      major_outage: 'Major outage',
    },
    incident: {
      investigating: 'Investigating',
      identified: 'Identified',
      monitoring: 'Monitoring',
      resolved: 'Resolved',
    },
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
    component: {
      operational: 'Funktioniert',
      under_maintenance: 'In Wartung',
      degraded_performance: 'Eingeschränkte Leistung',
      partial_outage: 'Teilausfall',
      major_outage: 'Schwerer Ausfall',
    },
    incident: {
      investigating: 'Wird untersucht',
      identified: 'Ursache gefunden',
      monitoring: 'Wird beobachtet',
      resolved: 'Behoben',
    },
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
    component: {
      operational: 'Opérationnel',
      under_maintenance: 'En maintenance',
      degraded_performance: 'Performances dégradées',
      partial_outage: 'Panne partielle',
      major_outage: 'Panne majeure',
    },
    incident: {
      investigating: 'Analyse en cours',
      identified: 'Cause identifiée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
    },
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
    component: {
      operational: 'Operativo',
      under_maintenance: 'En mantenimiento',
      degraded_performance: 'Rendimiento degradado',
      partial_outage: 'Interrupción parcial',
      major_outage: 'Interrupción grave',
    },
    incident: {
      investigating: 'En investigación',
      identified: 'Causa identificada',
      monitoring: 'En observación',
      resolved: 'Resuelto',
    },
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
    component: {
      operational: 'Operacional',
      under_maintenance: 'Em manutenção',
      degraded_performance: 'Desempenho degradado',
      partial_outage: 'Interrupção parcial',
      major_outage: 'Interrupção grave',
    },
    incident: {
      investigating: 'Em investigação',
      identified: 'Causa identificada',
      monitoring: 'Em observação',
      resolved: 'Resolvido',
    },
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
    component: {
      operational: '正常',
      under_maintenance: 'メンテナンス中',
      degraded_performance: 'パフォーマンス低下',
      partial_outage: '一部停止',
      major_outage: '大規模停止',
    },
    incident: {
      investigating: '調査中',
      identified: '原因を特定',
      monitoring: '経過観察中',
      resolved: '解決済み',
    },
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
    component: {
      operational: '正常运行',
      under_maintenance: '维护中',
      degraded_performance: '性能下降',
      partial_outage: '部分中断',
      major_outage: '严重中断',
    },
    incident: {
      investigating: '调查中',
      identified: '已找到原因',
      monitoring: '观察中',
      resolved: '已解决',
    },
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
    component: {
      operational: 'يعمل',
      under_maintenance: 'قيد الصيانة',
      degraded_performance: 'أداء منخفض',
      partial_outage: 'انقطاع جزئي',
      major_outage: 'انقطاع كبير',
    },
    incident: {
      investigating: 'قيد التحقيق',
      identified: 'عُرف السبب',
      monitoring: 'قيد المراقبة',
      resolved: 'تم الحل',
    },
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
