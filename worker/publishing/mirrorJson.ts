import type { PublicModel } from '../domain/publicModel.ts'

/** `/mirror.json`: where the copy is, and when it was last proven to open alone. */
export function mirrorJson({ page, mirror }: PublicModel): string {
  return JSON.stringify({
    page: { id: page.id, name: page.name, url: page.url },
    mirror:
      mirror === null
        ? null
        : {
            url: mirror.url === null ? null : `${mirror.url}/index.html`,
            last_drill:
              mirror.drilledAtMs === null
                ? null
                : { at: new Date(mirror.drilledAtMs).toISOString(), whole: mirror.isWhole },
          },
  })
}
