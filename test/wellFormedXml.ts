/** Strict about what a feed of ours may contain: throws at the first thing an XML 1.0 parser would refuse. */
export function assertWellFormedXml(xml: string): void {
  // oxlint-disable-next-line no-control-regex -- the characters that XML forbids
  const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF\p{Surrogate}]/u.exec(xml)
  if (forbidden !== null) throw new Error(`forbidden character at ${forbidden.index}`)

  const open: string[] = []
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  while (rest !== '') {
    const text = /^[^<]+/.exec(rest)
    if (text !== null) {
      assertText(text[0])
      if (open.length === 0 && text[0].trim() !== '') throw new Error('text outside of the document')
      rest = rest.slice(text[0].length)
      continue
    }
    const tag = /^<(\/?)([A-Za-z][\w:.-]*)((?:\s+[A-Za-z][\w:.-]*="[^"<]*")*)\s*(\/?)>/.exec(rest)
    if (tag === null) throw new Error(`not a tag: ${rest.slice(0, 60)}`)
    const [all, closes, name = '', attributes = '', isEmpty] = tag
    assertText(attributes)
    if (closes === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes something else`)
    } else if (isEmpty === '') open.push(name)
    rest = rest.slice(all.length)
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`)
}

function assertText(text: string): void {
  for (const ampersand of text.matchAll(/&/g))
    if (!/^&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/.test(text.slice(ampersand.index, ampersand.index + 12)))
      throw new Error(`bare ampersand: ${text.slice(ampersand.index, ampersand.index + 20)}`)
  if (text.includes(']]>')) throw new Error(']]> in text')
}
