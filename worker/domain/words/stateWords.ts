import type { ComponentStatus } from '../componentStatus.ts'
import type { Language } from '../language.ts'
import type { OverallDescription } from '../overallStatus.ts'
import type { Impact, MaintenanceStatus, PublicStatus } from '../publicModel.ts'

/** What states are called. The JSON files keep Statuspage's English words. */
export interface StateWords {
  readonly overall: Record<OverallDescription, string>
  readonly component: Record<ComponentStatus, string>
  readonly incident: Record<PublicStatus, string>
  readonly impact: Record<Impact, string>
  readonly maintenance: Record<MaintenanceStatus, string>
  readonly rescheduled: string
}

export const STATE_WORDS: Record<Language, StateWords> = {
  en: {
    overall: {
      'All Systems Operational': 'All Systems Operational',
      'Service Under Maintenance': 'Service Under Maintenance',
      'Partially Degraded Service': 'Partially Degraded Service',
      'Minor Service Outage': 'Minor Service Outage',
      'Partial System Outage': 'Partial System Outage',
      'Major Service Outage': 'Major Service Outage',
    },
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
    impact: {
      none: 'No impact on components',
      minor: 'Minor impact',
      major: 'Major impact',
      critical: 'Critical impact',
    },
    maintenance: {
      scheduled: 'Scheduled',
      in_progress: 'In progress',
      verifying: 'Verifying',
      completed: 'Completed',
      cancelled: 'Cancelled',
    },
    rescheduled: 'Rescheduled',
  },
  de: {
    overall: {
      'All Systems Operational': 'Alle Systeme laufen',
      'Service Under Maintenance': 'Wartungsarbeiten',
      'Partially Degraded Service': 'Teilweise eingeschränkter Betrieb',
      'Minor Service Outage': 'Kleinere Störung',
      'Partial System Outage': 'Teilweiser Ausfall',
      'Major Service Outage': 'Schwerer Ausfall',
    },
    component: {
      operational: 'In Betrieb',
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
    impact: {
      none: 'Keine Auswirkung auf Komponenten',
      minor: 'Geringe Auswirkung',
      major: 'Große Auswirkung',
      critical: 'Kritische Auswirkung',
    },
    maintenance: {
      scheduled: 'Geplant',
      in_progress: 'Im Gange',
      verifying: 'Wird geprüft',
      completed: 'Abgeschlossen',
      cancelled: 'Abgesagt',
    },
    rescheduled: 'Verschoben',
  },
  fr: {
    overall: {
      'All Systems Operational': 'Tous les systèmes sont opérationnels',
      'Service Under Maintenance': 'Service en maintenance',
      'Partially Degraded Service': 'Service partiellement dégradé',
      'Minor Service Outage': 'Panne mineure',
      'Partial System Outage': 'Panne partielle',
      'Major Service Outage': 'Panne majeure',
    },
    component: {
      operational: 'Opérationnel',
      under_maintenance: 'En maintenance',
      degraded_performance: 'Performances dégradées',
      partial_outage: 'Panne partielle',
      major_outage: 'Panne majeure',
    },
    incident: {
      investigating: 'En cours d’analyse',
      identified: 'Cause identifiée',
      monitoring: 'Sous surveillance',
      resolved: 'Résolu',
    },
    impact: {
      none: 'Aucun composant touché',
      minor: 'Impact mineur',
      major: 'Impact majeur',
      critical: 'Impact critique',
    },
    maintenance: {
      scheduled: 'Prévue',
      in_progress: 'En cours',
      verifying: 'En vérification',
      completed: 'Terminée',
      cancelled: 'Annulée',
    },
    rescheduled: 'Reportée',
  },
  es: {
    overall: {
      'All Systems Operational': 'Todos los sistemas funcionan',
      'Service Under Maintenance': 'Servicio en mantenimiento',
      'Partially Degraded Service': 'Servicio parcialmente degradado',
      'Minor Service Outage': 'Interrupción leve del servicio',
      'Partial System Outage': 'Interrupción parcial del sistema',
      'Major Service Outage': 'Interrupción grave del servicio',
    },
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
    impact: {
      none: 'Sin efecto en los componentes',
      minor: 'Impacto leve',
      major: 'Impacto importante',
      critical: 'Impacto crítico',
    },
    maintenance: {
      scheduled: 'Programado',
      in_progress: 'En curso',
      verifying: 'En verificación',
      completed: 'Terminado',
      cancelled: 'Cancelado',
    },
    rescheduled: 'Reprogramado',
  },
  pt: {
    overall: {
      'All Systems Operational': 'Todos os sistemas operacionais',
      'Service Under Maintenance': 'Serviço em manutenção',
      'Partially Degraded Service': 'Serviço parcialmente degradado',
      'Minor Service Outage': 'Interrupção ligeira do serviço',
      'Partial System Outage': 'Interrupção parcial do sistema',
      'Major Service Outage': 'Interrupção grave do serviço',
    },
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
    impact: {
      none: 'Sem impacto nos componentes',
      minor: 'Impacto ligeiro',
      major: 'Impacto grande',
      critical: 'Impacto crítico',
    },
    maintenance: {
      scheduled: 'Agendada',
      in_progress: 'Em curso',
      verifying: 'Em verificação',
      completed: 'Concluída',
      cancelled: 'Cancelada',
    },
    rescheduled: 'Reagendada',
  },
  ja: {
    overall: {
      'All Systems Operational': 'すべてのシステムが正常に稼働しています',
      'Service Under Maintenance': 'メンテナンス中です',
      'Partially Degraded Service': '一部のサービスで性能が低下しています',
      'Minor Service Outage': '軽微な障害が発生しています',
      'Partial System Outage': '一部のシステムが停止しています',
      'Major Service Outage': '重大な障害が発生しています',
    },
    component: {
      operational: '正常',
      under_maintenance: 'メンテナンス中',
      degraded_performance: '性能低下',
      partial_outage: '一部停止',
      major_outage: '重大な障害',
    },
    incident: {
      investigating: '調査中',
      identified: '原因を特定',
      monitoring: '経過観察中',
      resolved: '解決済み',
    },
    impact: {
      none: 'コンポーネントへの影響なし',
      minor: '影響：小',
      major: '影響：大',
      critical: '影響：極めて重大',
    },
    maintenance: {
      scheduled: '予定',
      in_progress: '作業中',
      verifying: '確認中',
      completed: '完了',
      cancelled: '中止',
    },
    rescheduled: '日程変更',
  },
  zh: {
    overall: {
      'All Systems Operational': '所有系统运行正常',
      'Service Under Maintenance': '服务维护中',
      'Partially Degraded Service': '部分服务性能下降',
      'Minor Service Outage': '轻微服务故障',
      'Partial System Outage': '部分系统中断',
      'Major Service Outage': '重大服务中断',
    },
    component: {
      operational: '正常',
      under_maintenance: '维护中',
      degraded_performance: '性能下降',
      partial_outage: '部分中断',
      major_outage: '重大中断',
    },
    incident: {
      investigating: '调查中',
      identified: '已查明原因',
      monitoring: '观察中',
      resolved: '已解决',
    },
    impact: {
      none: '组件未受影响',
      minor: '轻微影响',
      major: '较大影响',
      critical: '严重影响',
    },
    maintenance: {
      scheduled: '已安排',
      in_progress: '进行中',
      verifying: '验证中',
      completed: '已完成',
      cancelled: '已取消',
    },
    rescheduled: '已改期',
  },
  ar: {
    overall: {
      'All Systems Operational': 'جميع الأنظمة تعمل',
      'Service Under Maintenance': 'الخدمة قيد الصيانة',
      'Partially Degraded Service': 'تراجع جزئي في أداء الخدمة',
      'Minor Service Outage': 'خلل بسيط في الخدمة',
      'Partial System Outage': 'انقطاع جزئي في النظام',
      'Major Service Outage': 'انقطاع كبير في الخدمة',
    },
    component: {
      operational: 'يعمل',
      under_maintenance: 'قيد الصيانة',
      degraded_performance: 'أداء متراجع',
      partial_outage: 'انقطاع جزئي',
      major_outage: 'انقطاع كبير',
    },
    incident: {
      investigating: 'قيد التحقيق',
      identified: 'عُرف السبب',
      monitoring: 'قيد المراقبة',
      resolved: 'تم الحل',
    },
    impact: {
      none: 'لا تأثير على المكوّنات',
      minor: 'تأثير بسيط',
      major: 'تأثير كبير',
      critical: 'تأثير حرج',
    },
    maintenance: {
      scheduled: 'مجدولة',
      in_progress: 'جارية',
      verifying: 'قيد التحقق',
      completed: 'مكتملة',
      cancelled: 'ملغاة',
    },
    rescheduled: 'أُعيدت جدولتها',
  },
}
