/** An id of the configuration from the name that people gave; `otherwise` for a name without a letter of ours. */
export function slugOf(name: string, otherwise: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? otherwise : slug
}

/** The same, as one that nothing else has. */
export function freeId(name: string, otherwise: string, taken: readonly string[]): string {
  const wanted = slugOf(name, otherwise)
  if (!taken.includes(wanted)) return wanted
  let n = 2
  while (taken.includes(`${wanted}-${n}`)) n++
  return `${wanted}-${n}`
}
