// Puts a button beside each text that is there to be copied. Without script the text can be selected as any other.

for (const place of document.querySelectorAll<HTMLElement>('[data-copy]')) offerCopy(place)

function offerCopy(place: HTMLElement): void {
  const text = place.querySelector('pre')?.textContent
  const button = place.querySelector('button')
  const status = place.querySelector('[role=status]')
  // Browsers have a clipboard over https, and on loopback.
  if (text === undefined || button === null || status === null || !('clipboard' in navigator)) return
  button.hidden = false
  button.addEventListener('click', () => {
    void copy(text).then((words) => (status.textContent = words))
  })
}

async function copy(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied.'
  } catch {
    return 'The browser does not let it be copied. Select the text instead.'
  }
}
