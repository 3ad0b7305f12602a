import type { Feed } from './feedEntries.ts'

/** JSON Feed 1.1. */
export function jsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: feed.pageUrl,
    feed_url: feed.selfUrl,
    authors: [{ name: feed.author }],
    language: feed.language,
    items: feed.entries.map((entry) => ({
      id: entry.id,
      url: entry.link,
      title: entry.title,
      content_html: entry.html,
      date_published: new Date(entry.publishedAtMs).toISOString(),
      date_modified: new Date(entry.updatedAtMs).toISOString(),
    })),
  })
}
