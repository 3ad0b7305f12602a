import type { Feed, FeedEntry } from './feedEntries.ts'
import { escapeMarkup } from './text.ts'

/** RFC 4287. */
export function atomFeed(feed: Feed): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${feed.language}">
  <id>${escapeMarkup(feed.id)}</id>
  <title>${escapeMarkup(feed.title)}</title>
  <updated>${iso(feed.updatedAtMs)}</updated>
  <link rel="self" type="application/atom+xml" href="${escapeMarkup(feed.selfUrl)}"/>
  <link rel="alternate" type="text/html" href="${escapeMarkup(feed.pageUrl)}"/>
  <author><name>${escapeMarkup(feed.author)}</name></author>
${feed.entries.map(atomEntry).join('')}</feed>
`
}

function atomEntry(entry: FeedEntry): string {
  return `  <entry>
    <id>${escapeMarkup(entry.id)}</id>
    <published>${iso(entry.publishedAtMs)}</published>
    <updated>${iso(entry.updatedAtMs)}</updated>
    <link rel="alternate" type="text/html" href="${escapeMarkup(entry.link)}"/>
    <title>${escapeMarkup(entry.title)}</title>
    <content type="html">${escapeMarkup(entry.html)}</content>
  </entry>
`
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
