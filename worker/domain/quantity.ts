/** A number as people and templates write it into a label or an annotation. */
export interface Quantity {
  /** Not negative. Of a percentage the number before the sign. */
  readonly value: number
  readonly isPercent: boolean
  /** What stands behind the number, in lower case; mostly a unit. */
  readonly rest: string
}

const LENGTH_MAX = 100
const SCALE: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 }

/**
 * Reads `1200`, `1,200`, `1.200.000`, `1 200`, `1.2k`, `12.5 %`, `about 1,200 users`; null for what begins with no
 * number. One group of three after a single point may be thousands or a fraction: `pointMeans` says which is likelier.
 */
export function readQuantity(text: string, pointMeans: 'thousands' | 'fraction'): Quantity | null {
  const found =
    /^(?:about |around |ca\.? |approx\.? |over |more than |at least |[~≈>≥]\s?)?(\d[\d.,'_\s\u00a0\u202f]*(?:e[+-]?\d+)?)(.*)$/is.exec(
      text.slice(0, LENGTH_MAX).trim(),
    )
  if (found === null) return null
  const value = numberIn((found[1] ?? '').trim(), pointMeans)
  if (value === null) return null
  const behind = (found[2] ?? '').trim().toLowerCase()
  if (behind.startsWith('%')) return { value, isPercent: true, rest: behind.slice(1).trim() }
  if (/^(percent|per cent|pct)\b/.test(behind)) return { value, isPercent: true, rest: behind }
  const scale = /^([kmb])(?![a-z])/.exec(behind)?.[1]
  return scale === undefined
    ? { value, isPercent: false, rest: behind }
    : { value: value * (SCALE[scale] ?? 1), isPercent: false, rest: behind.slice(1).trim() }
}

function numberIn(written: string, pointMeans: 'thousands' | 'fraction'): number | null {
  const number = Number(plainDigits(written, pointMeans))
  return Number.isFinite(number) && number >= 0 ? number : null
}

/** The same number as JavaScript writes it: no separators of thousands, a point before the fraction. */
function plainDigits(written: string, pointMeans: 'thousands' | 'fraction'): string {
  const text = written.replaceAll(/['_\s\u00a0\u202f]/g, '')
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  // Both: the later one begins the fraction.
  if (point >= 0 && comma >= 0)
    return point > comma ? text.replaceAll(',', '') : text.replaceAll('.', '').replace(',', '.')
  if (/^[1-9]\d{0,2}(,\d{3})+$/.test(text)) return text.replaceAll(',', '')
  if (/^[1-9]\d{0,2}(\.\d{3}){2,}$/.test(text)) return text.replaceAll('.', '')
  if (pointMeans === 'thousands' && /^[1-9]\d{0,2}\.\d{3}$/.test(text)) return text.replace('.', '')
  return text.replace(',', '.')
}
