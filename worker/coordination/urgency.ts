/** In which order files of the status page are written. Stored with each, as a number. */

/** What somebody has just said, then the news in other languages, then what only stays fresh, then the rest of both. */
export const URGENT = 0
export const NEWS_TRANSLATED = 1
export const LATER = 2
export const TRANSLATED = 3
