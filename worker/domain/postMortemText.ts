/** Small pieces of a post-mortem's markdown. */

/** Text from outside as one line that markdown shows as it is. */
export function plain(text: string, lengthMax = 300): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  const short = line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).trimEnd()}…`
  return short
    .replace(/[\\`*_[\]<>|~]/g, String.raw`\$&`)
    .replace(/^([#+-])/, String.raw`\$1`)
    .replace(/^(\d+)\./, String.raw`$1\.`)
}

/** `2026-11-24 02:15:07 UTC` */
export function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `24 November 2026` */
export function dayText(atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(atMs)
}

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`: what a person would say. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** How many of a thing, in words. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
