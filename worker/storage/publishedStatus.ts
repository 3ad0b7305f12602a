import { z } from 'zod'
import { OVERALL_DESCRIPTIONS } from '../domain/overallStatus.ts'
import type { OverallStatus } from '../domain/overallStatus.ts'

const StatusFile = z.object({
  page: z.object({ id: z.string() }),
  status: z.object({
    indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
    description: z.enum(OVERALL_DESCRIPTIONS),
  }),
})

/** The page's state as readers have it, from its published file; before anything was published all is well. */
export async function publishedStatus(
  bucket: R2Bucket,
  publicUrl: string,
  /** Before the paths of the page's stored files. */
  folder: string,
): Promise<{ readonly id: string; readonly url: string; readonly status: OverallStatus }> {
  const url = publicUrl.replace(/\/+$/, '')
  try {
    const file = await bucket.get(`${folder}api/v2/status.json`)
    if (file !== null) {
      const { page, status } = StatusFile.parse(await file.json())
      return { id: page.id, url, status }
    }
  } catch (error) {
    console.error('The published status could not be read', error)
  }
  return { id: '', url, status: { indicator: 'none', description: 'All Systems Operational' } }
}
