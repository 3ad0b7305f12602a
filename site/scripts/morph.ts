import { sourceOfWalk } from './days.ts'

// Makes what is shown equal to what was fetched, touching only what differs: focus, open details, what was typed and
// the place on the page stay where nothing changed.

export function morph(shown: Element, fetched: Element): void {
  for (const name of shown.getAttributeNames())
    if (!fetched.hasAttribute(name) && !isReaders(shown, name)) shown.removeAttribute(name)
  for (const { name, value } of fetched.attributes)
    if (shown.getAttribute(name) !== value && !isReaders(shown, name)) shown.setAttribute(name, value)
  morphChildren(shown, fetched)
}

function morphChildren(shown: Element, fetched: Element): void {
  const wanted = [...fetched.childNodes]
  let at = shown.firstChild
  wanted.forEach((want, index) => {
    const found = following(at, (node) => (want instanceof Text ? node === at : true) && isSame(node, want))
    if (found !== null) {
      at = removeUpTo(at, found).nextSibling
      return
    }
    const alike = following(at, (node) => isAlike(node, want) && !wanted.slice(index + 1).some((o) => isSame(node, o)))
    if (alike instanceof Element && want instanceof Element && !isWalk(alike) && (alike === at || want.id !== '')) {
      removeUpTo(at, alike)
      morph(alike, want)
      at = alike.nextSibling
    } else if (at instanceof Text && want instanceof Text) {
      at.data = want.data
      at = at.nextSibling
    } else shown.insertBefore(document.importNode(want, true), at)
  })
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling
    at.remove()
    at = next
  }
}

function following(from: ChildNode | null, fits: (node: ChildNode) => boolean): ChildNode | null {
  for (let node = from; node !== null; node = node.nextSibling) if (fits(node)) return node
  return null
}

function removeUpTo(from: ChildNode | null, to: ChildNode): ChildNode {
  for (let node = from; node !== null && node !== to;) {
    const next: ChildNode | null = node.nextSibling
    node.remove()
    node = next
  }
  return to
}

function isAlike(shown: Node, fetched: Node): boolean {
  return (
    shown instanceof Element &&
    fetched instanceof Element &&
    shown.localName === fetched.localName &&
    shown.id === fetched.id &&
    shown.classList[0] === fetched.classList[0]
  )
}

/** Whether what is shown was made of what was fetched; what the reader did with it does not count. */
function isSame(shown: Node, fetched: Node): boolean {
  if (shown instanceof Text) return fetched instanceof Text && shown.data === fetched.data
  if (!(shown instanceof Element) || !(fetched instanceof Element)) return shown.nodeType === fetched.nodeType
  const source = sourceOfWalk(shown)
  if (source !== null) return source === fetched.outerHTML
  if (shown.localName !== fetched.localName || !hasSameAttributes(shown, fetched)) return false
  // It is written in the reader's zone.
  if (shown instanceof HTMLTimeElement && shown.dateTime.includes('T')) return true
  const [ours, theirs] = [shown.childNodes, fetched.childNodes]
  return ours.length === theirs.length && [...ours].every((node, i) => isSame(node, theirs[i] ?? fetched))
}

function hasSameAttributes(shown: Element, fetched: Element): boolean {
  const names = new Set([...shown.getAttributeNames(), ...fetched.getAttributeNames()])
  return [...names].every((name) => isReaders(shown, name) || shown.getAttribute(name) === fetched.getAttribute(name))
}

/** The reader opened or closed it. */
function isReaders(element: Element, name: string): boolean {
  return name === 'open' && element.localName === 'details'
}

function isWalk(element: Element): boolean {
  return sourceOfWalk(element) !== null
}
