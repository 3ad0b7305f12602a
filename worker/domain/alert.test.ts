import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertTitle, byCodePoint, fingerprintOf, oneLine } from './alert.ts'

describe('fingerprintOf', () => {
  // Read off a running Alertmanager 0.25: GET /api/v2/alerts after posting these labels.
  it.each([
    [{ a: '1' }, 'd3b971819376d835'],
    [{ a: 'x' }, 'd2c7718192a8a294'],
    [{ alertname: 'q' }, 'd222efc38952f4d7'],
    [{ alertname: 'Partial' }, '2769cd944095fc49'],
    [{ service: 'checkout', alertname: 'HighErrorRate' }, 'e2c3a7f7be80496b'],
    [{ alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' }, '7d2d332feada5c59'],
    [{ alertname: 'DiskFull', instance: 'db-1:9100', job: 'node' }, '93e13e09ddbf35e6'],
    [{ foo: 'bar', quoted: 'x y' }, '4bbe73652b38b4e7'],
    [{ alertname: 'Umlaut', city: 'Köln', emoji: '🦀' }, 'e1854efe4f3b5098'],
  ])('matches what Alertmanager computes for %j', (labels, fingerprint) => {
    expect(fingerprintOf(labels)).toBe(fingerprint)
  })

  // From the tests of prometheus/common, model.LabelsToSignature.
  it.each([
    [{}, 14_695_981_039_346_656_037n],
    [{ name: 'garland, briggs', fear: 'love is not enough' }, 5_799_056_148_416_392_346n],
  ])('matches what Prometheus publishes for %j', (labels, signature) => {
    expect(BigInt(`0x${fingerprintOf(labels)}`)).toBe(signature)
  })

  it('does not depend on the order of the labels', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        expect(fingerprintOf(Object.fromEntries(Object.entries(labels).toReversed()))).toBe(fingerprintOf(labels))
      }),
    )
  })
})

it('orders names as their UTF-8 bytes do', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
    }),
  )
})

it('calls an alert by its name, else by its summary, else by its labels', () => {
  expect(alertTitle({ labels: { alertname: 'DiskFull' }, annotations: { summary: 'x' } })).toBe('DiskFull')
  expect(alertTitle({ labels: { job: 'node' }, annotations: { summary: 'Disk is full' } })).toBe('Disk is full')
  expect(alertTitle({ labels: { job: 'node', zone: 'a' }, annotations: {} })).toBe('job=node zone=a')
})

it('makes one bounded line of any text', () => {
  expect(oneLine(' a\r\nb\u0000c\u2028 ', 10)).toBe('a b c')
  expect(oneLine('abcdef', 4)).toBe('abc…')
})
