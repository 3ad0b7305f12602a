import { describe, expect, it } from 'vitest'
import { blameCheck } from './blameCheck.ts'

const excerpts = (text: string, people?: string[]) => blameCheck(text, people).map(({ excerpt }) => excerpt)

describe('blameCheck', () => {
  it.each([
    ['Bob forgot to renew the certificate.', 'Bob forgot'],
    ['Bob Smith carelessly ignored the alert.', 'Bob Smith carelessly ignored'],
    ['Charlie broke the build.', 'Charlie broke'],
    ['Then @charlie broke checkout.', '@charlie broke'],
    ['The engineer failed to notice the queue.', 'The engineer failed to'],
    ['Žofie didn’t check the graph.', 'Žofie didn’t check'],
    ['It was human error.', 'human error'],
    ['A careless change.', 'careless'],
    ['The rollback should have been faster.', 'should have'],
    ['If only there had been a test.', 'If only'],
    ['Obviously the disk was full.', 'Obviously'],
    ['It simply needed a restart.', 'simply'],
    ['Why did you deploy on a Friday?', 'Why did you'],
    ['She missed the page.', 'She missed'],
    ['The team is to blame.', 'The team is to blame'],
  ])('finds %s', (text, excerpt) => {
    expect(excerpts(text)).toEqual([excerpt])
  })

  it.each([
    'Checkout failed to answer 12% of requests.',
    'The deployment broke the cache.',
    'Redis caused the delay; the alert missed its threshold.',
    'Deploy broke the cache.',
    'The on-call responder rolled back version 42.',
    'Alice took the role of commander.',
    'What limited the damage that was nobody’s plan?',
    '`obviously` is the name of a flag: ```if only```',
    'See [the notes](https://x.test/simply).',
    'The shoulder haven was closed.',
  ])('leaves alone: %s', (text) => {
    expect(excerpts(text)).toEqual([])
  })

  it('takes the names of responders for people, with every failing', () => {
    expect(excerpts('redis caused it, dana lee caused it', ['Dana Lee'])).toEqual(['dana lee caused'])
    expect(excerpts('Dana could have known.', ['Dana Lee'])).toEqual(['Dana could have'])
    expect(excerpts('A (b|c)* caused it', ['A (b|c)*'])).toEqual(['A (b|c)* caused'])
  })

  it('says where, why and what instead', () => {
    const text = 'One.\nTwo.\nBob forgot it.'
    expect(blameCheck(text)).toEqual([
      {
        start: 10,
        end: 20,
        line: 3,
        excerpt: 'Bob forgot',
        why: expect.stringContaining('failing'),
        suggestion: expect.stringContaining('role'),
      },
    ])
  })

  it('stays quick on text made to slow it down', () => {
    const startedAtMs = performance.now()
    blameCheck('Aa '.repeat(80_000), ['Aa'])
    blameCheck('@'.repeat(200_000))
    blameCheck('`'.repeat(200_000))
    blameCheck('the engineer '.repeat(20_000))
    expect(performance.now() - startedAtMs).toBeLessThan(2000)
  })

  it('has a limit', () => {
    expect(blameCheck('Bob forgot. '.repeat(1000))).toHaveLength(100)
  })
})
