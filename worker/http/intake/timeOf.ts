/** ISO 8601 also as Java writes it, `2015-07-17T08:42:58.315+0000`; null when it says something else. */
export function timeOf(text: string): number | null {
  const atMs = Date.parse(text.trim().replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(atMs) || atMs < 0 ? null : atMs
}
