import type { Alert, Labels } from './alert.ts'
import type { CompileRegex } from './matchers.ts'
import { matcherFrom } from './matchers.ts'
import type { InhibitRule } from './organisation.ts'
import { compileMatchers } from './silence.ts'

/**
 * Alertmanager's inhibition: an alert that matches the target side of a rule is suppressed while one fires that matches
 * the source side and has the same values of the `equal` labels. One that matches both sides is not suppressed by
 * another such one, or two of them would hide each other.
 */

export interface CompiledRule {
  readonly isSource: (labels: Labels) => boolean
  readonly isTarget: (labels: Labels) => boolean
  readonly equal: readonly string[]
}

/** Throws what `compileRegex` throws, and on a matcher that is none. */
export function compileRule(rule: InhibitRule, compileRegex: CompileRegex): CompiledRule {
  return {
    isSource: compileMatchers(rule.sourceMatchers.map(matcherFrom), compileRegex),
    isTarget: compileMatchers(rule.targetMatchers.map(matcherFrom), compileRegex),
    equal: rule.equal,
  }
}

/** Fingerprints of sources that have the same values of a rule's `equal` labels. */
interface Sources {
  readonly oneSided: Set<string>
  readonly bothSided: Set<string>
}

/** What fires and can inhibit, by rule and values of its `equal` labels, so that a storm is not compared with itself. */
export class InhibitionIndex {
  readonly #rules: readonly { readonly rule: CompiledRule; readonly sources: Map<string, Sources> }[]
  readonly #placesOf = new Map<string, Set<string>[]>()

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules.map((rule) => ({ rule, sources: new Map() }))
  }

  add({ fingerprint, labels }: Pick<Alert, 'fingerprint' | 'labels'>): void {
    this.remove(fingerprint)
    const places: Set<string>[] = []
    for (const { rule, sources } of this.#rules) {
      if (!rule.isSource(labels)) continue
      const key = keyOf(rule, labels)
      const found = sources.get(key) ?? { oneSided: new Set(), bothSided: new Set() }
      sources.set(key, found)
      places.push(rule.isTarget(labels) ? found.bothSided : found.oneSided)
    }
    for (const place of places) place.add(fingerprint)
    if (places.length > 0) this.#placesOf.set(fingerprint, places)
  }

  remove(fingerprint: string): void {
    for (const place of this.#placesOf.get(fingerprint) ?? []) place.delete(fingerprint)
    this.#placesOf.delete(fingerprint)
  }

  /** The fingerprint of an alert that inhibits one with these labels, or null; only those count that `fires` affirms. */
  inhibitorOf(labels: Labels, fires: (fingerprint: string) => boolean): string | null {
    for (const { rule, sources } of this.#rules) {
      if (!rule.isTarget(labels)) continue
      const found = sources.get(keyOf(rule, labels))
      if (found === undefined) continue
      for (const fingerprint of found.oneSided) if (fires(fingerprint)) return fingerprint
      if (rule.isSource(labels)) continue
      for (const fingerprint of found.bothSided) if (fires(fingerprint)) return fingerprint
    }
    return null
  }
}

/** A label that is absent is an empty one. */
function keyOf({ equal }: CompiledRule, labels: Labels): string {
  return JSON.stringify(equal.map((name) => (Object.hasOwn(labels, name) ? labels[name] : '')))
}
