/** Forms of one entry of the configuration: what somebody else did to it meanwhile is not undone. */

interface Entry {
  readonly id: string
}

/** What an entry was when its form was opened, for the field `seen` of the form. */
export function seenAs(entry: Entry): string {
  return JSON.stringify(entry)
}

/** Why it cannot be saved as it was filled in; null when it can. `now` is what it is by now. */
export function editConflict(word: string, now: Entry | undefined, seen: string): string | null {
  if (now === undefined) return `Someone else has removed this ${word} since you opened the form.`
  if (seenAs(now) === seen) return null
  return `Someone else has changed this ${word} since you opened the form. Open it again to see what it is like now.`
}
