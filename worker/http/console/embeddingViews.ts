import type { PublicComponent } from '../../domain/publicModel.ts'

/** What the console's page of what stands on other pages is rendered from. */
export interface EmbeddingView {
  readonly me: { readonly name: string }
  /** The page that is chosen. */
  readonly page: { readonly id: string; readonly name: string; readonly url: string }
  /** All of them, the main one first. */
  readonly pages: readonly { readonly id: string; readonly name: string }[]
  /** Who is no reader of a private page sees nothing of it elsewhere either. */
  readonly isPrivate: boolean
  readonly badges: readonly { readonly name: string; readonly path: string; readonly isGroup: boolean }[]
  readonly snippets: readonly Snippet[]
}

export interface Snippet {
  readonly title: string
  readonly about: string
  readonly text: string
}

type Listed = Pick<PublicComponent, 'id' | 'name' | 'group'>

/** Each component, and each group by its first one. */
export function badgesOf(components: readonly Listed[]): EmbeddingView['badges'] {
  const groups = new Map<string, string>()
  for (const { id, group } of components) if (group !== null && !groups.has(group)) groups.set(group, id)
  return [
    { name: 'Everything', path: '/badge.svg', isGroup: false },
    ...components.map(({ id, name }) => ({ name, path: `/badge/${id}.svg`, isGroup: false })),
    ...Array.from(groups, ([name, first]) => ({ name, path: `/badge/group.${first}.svg`, isGroup: true })),
  ]
}

export function snippetsOf({ name, url }: { readonly name: string; readonly url: string }): Snippet[] {
  const alternative = attribute(`Status of ${name}`)
  return [
    {
      title: 'Badge in Markdown',
      about: 'For a README. Put ?lang=, ?style= or ?label= behind the address to change it.',
      text: `[![Status of ${name.replace(/[[\]\\]/g, '\\$&')}](${url}/badge.svg)](${url}/)`,
    },
    {
      title: 'Badge in HTML',
      about: 'For a footer or a wiki.',
      text: `<a href="${url}/"><img src="${url}/badge.svg" alt="${alternative}" height="20"></a>`,
    },
    {
      title: 'Widget',
      about: 'Shows a notice when there is something to tell, and nothing when all is well. Under 3 KB.',
      text: `<script src="${url}/widget.js" async></script>`,
    },
    {
      title: 'Banner in a frame',
      about: 'Always shows the state, in a line or two. No script.',
      text: `<iframe src="${url}/embed" title="${alternative}" width="100%" height="72" style="border:0" loading="lazy"></iframe>`,
    },
  ]
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
