// Countdowns that run, and each moment in the reader's own time zone as its tooltip.

setInterval(() => {
  for (const countdown of document.querySelectorAll<HTMLElement>('[data-until]')) {
    const seconds = Math.max(0, Math.ceil((Number(countdown.dataset['until']) - Date.now()) / 1000))
    countdown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  }
}, 1000)

// When it is pointed at and not before: parts of the page are replaced all the time.
document.addEventListener('pointerover', ({ target }) => {
  const time = target instanceof Element ? target.closest('time') : null
  if (time === null || time.title !== '') return
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
  time.title = local.format(new Date(time.dateTime))
})
