/** `HighErrorRate` is three words, too. */
export function spelledOut(text: string): string {
  const words = text.replace(/([\p{Ll}\d])(?=\p{Lu})/gu, '$1 ')
  return words === text ? text : `${text} ${words}`
}

/** Each word quoted, so that nothing of FTS5's query language is left in it. */
export function searchWords(text: string): string {
  const words = spelledOut(text).match(/[\p{L}\p{N}]{3,40}/gu)
  return [...new Set(words?.map((word) => word.toLowerCase()))]
    .slice(0, 20)
    .map((word) => `"${word}"`)
    .join(' OR ')
}
