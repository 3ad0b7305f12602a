import { z } from 'zod'
import { PublishedAppearance } from '../domain/appearance.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { PublicPage } from '../domain/publicModel.ts'

const StatusFile = z.object({
  page: z.object({ id: z.string(), name: z.string(), time_zone: z.string(), updated_at: z.string() }),
})

const ComponentsFile = z.object({
  components: z.array(
    z.object({ id: z.string(), name: z.string(), group: z.boolean(), group_id: z.string().nullish() }),
  ),
})

/**
 * The status page's name and address as readers have them, from its published file: it needs neither the database nor
 * an object. `folder`: of a page beside the main one. Before anything was published, or while the bucket is away, the page is called by its host.
 */
export async function publishedPage(bucket: R2Bucket, publicUrl: string, folder = ''): Promise<PublicPage> {
  const url = publicUrl.replace(/\/+$/, '')
  const unpublished = {
    id: '',
    name: new URL(url).host,
    url,
    timeZone: 'Etc/UTC',
    supportUrl: null,
    language: 'en' as const,
    updatedAtMs: 0,
  }
  try {
    const file = await bucket.get(`${folder}api/v2/status.json`)
    if (file === null) return unpublished
    const { page } = StatusFile.parse(await file.json())
    const updatedAtMs = Date.parse(page.updated_at)
    return {
      id: page.id,
      name: page.name,
      url,
      timeZone: page.time_zone,
      supportUrl: null,
      language: LANGUAGES.find((each) => each === file.customMetadata?.['language']) ?? unpublished.language,
      updatedAtMs,
    }
  } catch (error) {
    console.error('The published page could not be read', error)
    return unpublished
  }
}

const AroundFile = z.object({ supportUrl: z.string().nullable(), hasPerformance: z.boolean() })

/**
 * The same as it looks and with what leads on from each page, for pages that are made on request. One whose files cannot
 * be read looks as it came.
 */
export async function dressedPage(bucket: R2Bucket, publicUrl: string, folder = ''): Promise<PublicPage> {
  const read = (path: string) =>
    bucket
      .get(folder + path)
      .then((file) => file?.json())
      .catch(() => null)
  const [page, appearance, around] = await Promise.all([
    publishedPage(bucket, publicUrl, folder),
    read('appearance.json'),
    read('around.json'),
  ])
  const { data: look } = PublishedAppearance.safeParse(appearance)
  const { data: facts } = AroundFile.safeParse(around)
  return { ...page, ...facts, ...(look === undefined ? {} : { appearance: look }) }
}

/** The components as readers have them; null before anything was published, or while the bucket is away. */
export async function publishedComponents(
  bucket: R2Bucket,
  folder = '',
): Promise<readonly { readonly id: string; readonly name: string; readonly group: string | null }[] | null> {
  try {
    const file = await bucket.get(`${folder}api/v2/components.json`)
    if (file === null) return null
    const { components } = ComponentsFile.parse(await file.json())
    const groupNames = new Map(components.filter(({ group }) => group).map(({ id, name }) => [id, name]))
    return components
      .filter(({ group }) => !group)
      .map(({ id, name, group_id: groupId }) => ({ id, name, group: groupNames.get(groupId ?? '') ?? null }))
  } catch (error) {
    console.error('The published components could not be read', error)
    return null
  }
}

const UnresolvedFile = z.object({ incidents: z.array(z.object({ id: z.string(), name: z.string() })) })

/** An incident that is not over, as readers have it; null when it is over or unknown. Throws while the bucket is away. */
export async function unresolvedIncident(
  bucket: R2Bucket,
  id: string,
  folder = '',
): Promise<{ readonly id: string; readonly title: string } | null> {
  const file = await bucket.get(`${folder}api/v2/incidents/unresolved.json`)
  if (file === null) return null
  const found = UnresolvedFile.parse(await file.json()).incidents.find((incident) => incident.id === id)
  return found === undefined ? null : { id, title: found.name }
}
