/** What a sender sent, as it came: kept for a while, so that an alert can be shown as received, and be sent in again. */
export interface Received {
  readonly contentType: string
  /** Only those that decide what the body means, such as `x-github-event`; names in lower case. Never a key or signature. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
