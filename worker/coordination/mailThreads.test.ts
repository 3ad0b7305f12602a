import { env, runInDurableObject } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { MailThreads } from './mailThreads.ts'

const DAY_MS = 24 * 3_600_000

it('a mail costs no more when many are known, and those of a month ago are forgotten by the sweep', async () => {
  const desk = env.ALERT_DESK.getByName(crypto.randomUUID())
  await desk.stats()
  await runInDurableObject(desk, (_desk, { storage }) => {
    let rowsRead = 0
    const threads = new MailThreads(storage.sql, (statement, ...bindings) => {
      rowsRead += storage.sql.exec(statement, ...bindings).rowsRead
    })
    const now = Date.now()
    for (let i = 0; i < 500; i++) threads.remember('a', `<${i}@x>`, `about ${i}`, now)
    rowsRead = 0
    threads.remember('a', '<500@x>', 'about 500', now)
    expect(rowsRead).toBeLessThan(20)

    threads.remember('a', '<old@x>', 'old', now - 31 * DAY_MS)
    expect(threads.find('a', ['<old@x>'])).toBe('old')
  })
  await desk.sweep(Date.now())
  const about = (messageId: string) => desk.threadOf('a', { messageId, answers: [], about: 'itself' })
  expect([await about('<old@x>'), await about('<7@x>')]).toEqual(['itself', 'about 7'])
})
