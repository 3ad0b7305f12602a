/**
 * The widget for other people's pages, as `/widget.js`. `npm run widget` makes worker/publishing/widgetCode.ts of it,
 * which stays under 3 KB. Nothing here may throw into the page it stands on, run text as code, or need its style-src.
 */

interface Touched {
  readonly id: string
  readonly name: string
  readonly status: string
}

interface Told extends Touched {
  readonly impact: string
  readonly updated_at: string
  readonly components: readonly Touched[]
}

/** As much of Statuspage's summary.json as is looked at. */
interface Summary {
  readonly page: { readonly name: string }
  readonly status: { readonly description: string }
  readonly components: readonly (Touched & { readonly group: boolean })[]
  readonly incidents: readonly Told[]
  readonly scheduled_maintenances: readonly Told[]
}

interface Entry {
  readonly state: string
  readonly title: string
  readonly path: string
  readonly level: string
  readonly at?: string
}

const script = document.currentScript
if (script && 'src' in script) {
  const { lang, theme, position, show, components } = script.dataset
  const base = script.src.replace(/widget\.js.*/, '')
  const language =
    'en de fr es pt ja zh ar'
      .split(' ')
      .find((each) => (lang ?? (document.documentElement.lang || navigator.language)).startsWith(each)) ?? 'en'
  const only = components?.split(',')
  const isOurs = ({ id }: Touched) => !only || only.includes(id)
  const well = 'operational'
  const memory = `status ${base}`
  let host: HTMLElement | undefined
  let shown: string | undefined
  let dismissed: string | undefined

  const get = async (path: string) => (await fetch(base + path, { credentials: 'omit' })).json()

  const make = (tag: string, into: Node, text: string, attributes: Record<string, string> = {}) => {
    const element = document.createElement(tag)
    for (const name in attributes) element.setAttribute(name, attributes[name] ?? '')
    element.textContent = text
    into.appendChild(element)
    return element
  }

  const draw = async (entries: readonly Entry[], key: string, name: string) => {
    host?.remove()
    try {
      dismissed = localStorage[memory]
    } catch {
      // Where it is forbidden, this page remembers as long as it is open.
    }
    if (!entries[0] || dismissed === key) return
    // English words for machines are better than none.
    const words: Record<string, string> = await get(`widget/${language}.json`).catch(() => ({}))
    if (key !== shown) return
    const say = (text: string) => words[text] ?? text
    const notice = (host = make('allclear-status', document.body, ''))
    const root = notice.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(
      `:host{all:initial;position:fixed;z-index:99999;${(position ?? 'bottom-right').replace('-', ':1em;')}:1em;color-scheme:${theme ?? 'light dark'}}` +
        'div{display:flex;gap:.5em;max-width:min(24em,100vw - 5em);padding:.4em .6em;font:medium/1.4 system-ui,sans-serif;background:Canvas;color:CanvasText;border:1px solid #7a8694;border-radius:.5em;box-shadow:0 2px 12px #0004}' +
        '.operational{--c:#1d9b7b}.maintenance,.under_maintenance{--c:#7a68d8}.minor,.degraded_performance{--c:#b58100}.major,.partial_outage{--c:#d9600f}.critical,.major_outage{--c:#d6224f}' +
        'p{margin:0;flex:1;overflow-wrap:anywhere}a{display:block;color:inherit;padding:.1em .6em;margin:.2em 0;border-inline-start:5px solid var(--c,#7a8694)}' +
        'button{all:unset;align-self:start;padding:0 .4em;font-size:1.3em;cursor:pointer}:focus-visible{outline:2px solid}' +
        '@media(prefers-reduced-motion:no-preference){div{animation:i .3s}}@keyframes i{from{opacity:0}}',
    )
    root.adoptedStyleSheets = [sheet]
    const box = make('div', root, '', {
      role: 'status',
      lang: language,
      dir: language === 'ar' ? 'rtl' : 'ltr',
      'aria-label': name,
    })
    const dismiss = () => {
      notice.remove()
      dismissed = key
      try {
        localStorage[memory] = key
      } catch {
        // As above.
      }
    }
    box.addEventListener('keydown', ({ key: pressed }) => {
      if (pressed === 'Escape') dismiss()
    })
    // What is put into a status that stands already is read aloud.
    setTimeout(() => {
      const list = make('p', box, '')
      for (const { state, title, path, level } of entries.slice(0, 4)) {
        const link = make('a', list, '', {
          class: level,
          href: `${base}${language}/${path}`,
          target: '_blank',
          rel: 'noopener',
        })
        make('b', link, say(state))
        link.append(' ')
        make('bdi', link, title)
      }
      make('button', box, '×', { 'aria-label': say('close') }).addEventListener('click', dismiss)
    }, 99)
  }

  const load = async () => {
    if (document.hidden) return
    try {
      const {
        page,
        status,
        components: all,
        incidents,
        scheduled_maintenances: planned,
      }: Summary = await get('api/v2/summary.json')
      const entries: Entry[] = []
      for (const [folder, list] of Object.entries({ incidents, maintenance: planned }))
        for (const told of list)
          if (told.status !== 'scheduled' && (!told.components[0] || told.components.some(isOurs)))
            entries.push({
              state: told.status,
              title: told.name,
              path: `${folder}/${told.id}`,
              level: told.impact,
              at: told.updated_at,
            })
      if (!entries[0])
        for (const each of all)
          if (!each.group && isOurs(each) && each.status !== well)
            entries.push({ state: each.status, title: each.name, path: '', level: each.status })
      if (!entries[0] && show === 'always')
        // Of a part of the page, the line above all of it says nothing.
        entries.push({ state: only ? well : status.description, title: '', path: '', level: well })
      const key = JSON.stringify(entries)
      if (key !== shown) {
        shown = key
        await draw(entries, key, page.name)
      }
    } catch {
      // The page behind is away, or its answer is none: the host page has nothing to do with it.
    }
  }

  const look = () => void load()
  look()
  setInterval(look, 60_000)
  document.addEventListener('visibilitychange', look)
}
