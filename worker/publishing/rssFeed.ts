import type { Feed, FeedEntry } from './feedEntries.ts'
import { escapeMarkup } from './text.ts'

/** RSS 2.0; dates as RFC 822 wants them, with a four-digit year. */
export function rssFeed(feed: Feed): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>${escapeMarkup(feed.title)}</title>
    <link>${escapeMarkup(feed.pageUrl)}</link>
    <atom:link rel="self" type="application/rss+xml" href="${escapeMarkup(feed.selfUrl)}"/>
    <description>${escapeMarkup(feed.about)}</description>
    <language>${feed.language}</language>
    <pubDate>${rfc822(feed.updatedAtMs)}</pubDate>
${feed.entries.map(rssItem).join('')}  </channel>
</rss>
`
}

function rssItem(entry: FeedEntry): string {
  return `    <item>
      <title>${escapeMarkup(entry.title)}</title>
      <description>${escapeMarkup(entry.html)}</description>
      <pubDate>${rfc822(entry.publishedAtMs)}</pubDate>
      <link>${escapeMarkup(entry.link)}</link>
      <guid isPermaLink="false">${escapeMarkup(entry.id)}</guid>
    </item>
`
}

function rfc822(atMs: number): string {
  return new Date(atMs).toUTCString().replace('GMT', '+0000')
}
