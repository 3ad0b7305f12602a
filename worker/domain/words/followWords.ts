import type { Language } from '../language.ts'

/** Following one incident by mail, from its page. */
export interface FollowWords {
  readonly title: string
  readonly hint: string
  readonly follow: string
}

export const FOLLOW_WORDS: Record<Language, FollowWords> = {
  en: {
    title: 'Follow this incident by email',
    hint: 'We send a link to confirm it, then each update of this incident. It ends by itself once it is resolved.',
    follow: 'Follow',
  },
  de: {
    title: 'Diese Störung per E-Mail verfolgen',
    hint: 'Wir senden einen Link zum Bestätigen, danach jede Meldung zu dieser Störung. Es endet von selbst, sobald sie behoben ist.',
    follow: 'Verfolgen',
  },
  fr: {
    title: 'Suivre cet incident par e-mail',
    hint: 'Nous envoyons un lien de confirmation, puis chaque message sur cet incident. Cela prend fin de soi-même une fois qu’il est résolu.',
    follow: 'Suivre',
  },
  es: {
    title: 'Seguir este incidente por correo',
    hint: 'Enviamos un enlace para confirmar y después cada novedad de este incidente. Termina por sí solo cuando se resuelve.',
    follow: 'Seguir',
  },
  pt: {
    title: 'Seguir este incidente por e-mail',
    hint: 'Enviamos uma ligação para confirmar e depois cada novidade deste incidente. Termina por si quando estiver resolvido.',
    follow: 'Seguir',
  },
  ja: {
    title: 'このインシデントをメールでフォロー',
    hint: '確認用のリンクをお送りした後、このインシデントの更新が届きます。解決すると自動的に終了します。',
    follow: 'フォローする',
  },
  zh: {
    title: '通过邮件关注此事件',
    hint: '我们先发送确认链接，之后发送此事件的每次更新。事件解决后自动结束。',
    follow: '关注',
  },
  ar: {
    title: 'متابعة هذا الحادث بالبريد',
    hint: 'نرسل رابطًا للتأكيد، ثم كل مستجد في هذا الحادث. وتنتهي المتابعة من تلقاء نفسها عند حله.',
    follow: 'متابعة',
  },
}
