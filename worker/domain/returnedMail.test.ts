import { describe, expect, it } from 'vitest'
import { readReturnedMail } from './returnedMail.ts'

const ORIGINAL = `From: Acme <status@acme.example>
List-Unsubscribe:
 <https://status.acme.example/unsubscribe/eyJwYXlsb2FkIjp7fX0.c2lnbmF0dXJl>
Message-ID: <update.u1.s1@status.acme.example>
`

const status = (action: string, code: string) => `Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; gone@example.com
Action: ${action}
Status: ${code}
Diagnostic-Code: smtp; 550 ${code} No such
 user here
`

const read = (parts: Partial<Parameters<typeof readReturnedMail>[0]>) =>
  readReturnedMail({ deliveryStatus: '', feedback: '', original: ORIGINAL, ...parts })

describe('what comes back', () => {
  it.each([
    ['failed', '5.1.1', true],
    ['failed', '5.2.1', true],
    ['failed', '5.2.2', false],
    ['failed', '5.7.1', false],
    ['failed', '4.4.7', false],
    ['delayed', '4.2.2', false],
  ])('%s %s: for good %s', (action, code, permanent) => {
    expect(read({ deliveryStatus: status(action, code) })).toEqual({
      kind: 'bounce',
      permanent,
      reason: `550 ${code} No such user here`,
      token: 'eyJwYXlsb2FkIjp7fX0.c2lnbmF0dXJl',
    })
  })

  it('is a complaint', () => {
    expect(read({ feedback: 'Feedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\n' })).toMatchObject({
      kind: 'complaint',
      permanent: true,
      reason: 'The reader reported a mail as abuse.',
    })
  })

  it.each([
    ['a receipt', { deliveryStatus: status('delivered', '2.0.0') }],
    ['praise', { feedback: 'Feedback-Type: not-spam' }],
    ['about another’s mail', { deliveryStatus: status('failed', '5.1.1'), original: 'Message-ID: <x@y>' }],
    ['nothing', {}],
  ])('is no report of ours: %s', (_name, parts) => {
    expect(read(parts)).toBeNull()
  })
})
