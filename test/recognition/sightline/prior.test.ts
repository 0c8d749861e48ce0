import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { grammarOf } from '@sightline/recognition/sightline/grammar'
import type { RecognizerModel } from '@sightline/recognition/sightline/models'
import { factorsOf, placesAt, siteFactors } from '@sightline/recognition/sightline/prior'
import { rankTexts } from '@sightline/recognition/sightline/reading'
import { ISSUERS } from '@sightline/recognition/site/issuers'
import { mixAt } from '@sightline/recognition/site/mix'
import { root } from '@sightline/runtime/root'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const model: RecognizerModel = JSON.parse(readFileSync(join(root, 'models/recognizer.json'), 'utf8'))
const { names } = model.output.region
const grammar = grammarOf(names, model.grammar)
const rules = { weight: 1, limit: 50 }

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
const argmax = (values: Float64Array) => values.indexOf(Math.max(...values))
const codes = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}`)
const mixOf = (weights: readonly number[]) =>
  Object.fromEntries(weights.map((weight, n) => [`x-${n}`, weight]))

const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 40 })
/** Probabilities of so many regions, some of them tiny, as a network gives them. */
const places = (count: number) =>
  fc
    .array(fc.double({ min: -30, max: 0, noNaN: true }), { minLength: count, maxLength: count })
    .map((logits) => {
      const raised = logits.map(Math.exp)
      return Float64Array.from(raised, (value) => value / sum(raised))
    })
/** What a network says at a site. */
const sights = weights.chain((mix) => fc.tuple(fc.constant(mix), places(mix.length)))
const at = (mix: readonly number[], network: Float64Array, trained?: Record<string, number>) =>
  placesAt(network, factorsOf(codes(mix.length), mixOf(mix), trained, rules))

describe('placesAt', () => {
  it.each([Number.POSITIVE_INFINITY, Number.MAX_VALUE, Number.NaN, -1, 5e-324])(
    'gives probabilities whatever an issuer weighs, for example %d',
    (weight) => {
      const network = Float64Array.of(0.5, 0.3, 0.2)
      for (const trained of [undefined, mixOf([0.5, 0.3, 0.2]), mixOf([1e-9, 0.5, 0.5])]) {
        const found = at([weight, 1, 0], network, trained)
        expect(sum(found)).toBeCloseTo(1, 9)
        for (const place of found) expect(place).toBeGreaterThan(0)
      }
    },
  )

  it('gives probabilities, and none is 0 that the network thinks possible', () => {
    fc.assert(
      fc.property(sights, ([mix, network]) => {
        const found = at(mix, network)
        expect(sum(found)).toBeCloseTo(1, 9)
        for (const [i, place] of found.entries()) {
          expect(place).toBeGreaterThanOrEqual(network[i]! / rules.limit)
        }
      }),
    )
  })

  it('changes nothing when the mix is that of the training, or unknown', () => {
    fc.assert(
      fc.property(sights, ([mix, network]) => {
        const known = mix.map((weight) => weight + 1)
        for (const found of [
          at(known, network, mixOf(known)),
          at(
            mix.map(() => 0),
            network,
          ),
        ]) {
          for (const [i, place] of found.entries()) expect(place).toBeCloseTo(network[i]!, 9)
        }
      }),
    )
  })

  it('never makes an issuer less probable when more of its plates come by', () => {
    fc.assert(
      fc.property(
        sights,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        ([[first, ...others], network], more) => {
          const before = at([first!, ...others], network)[0]!
          fc.pre(first! + sum(others) > 0)
          expect(at([first! + more, ...others], network)[0]!).toBeGreaterThanOrEqual(before - 1e-12)
        },
      ),
    )
  })

  it('never overrules a region of which the network is surer than the limit', () => {
    fc.assert(
      fc.property(sights, ([mix, network]) => {
        const sure = argmax(network)
        const others = Math.max(...network.filter((_, i) => i !== sure))
        fc.pre(network[sure]! > others * rules.limit)
        expect(argmax(at(mix, network))).toBe(sure)
      }),
    )
  })

  it('is Bayes’ theorem where the limit does not matter', () => {
    const found = placesAt(
      Float64Array.of(0.6, 0.4),
      factorsOf(['a', 'b'], { a: 1, b: 3 }, { a: 3, b: 1 }, { weight: 1, limit: 1e9 }),
    )
    expect(found[1]).toBeCloseTo((0.4 * 3) / (0.4 * 3 + 0.6 / 3), 9)
  })
})

describe('with the real model', () => {
  /** The network is sure of a region, and if it is not that one, then it is the other. */
  const sureOf = (region: string, confidence: number, other: string) =>
    Float64Array.from(names, (name) => (name === region ? confidence : name === other ? 1 - confidence : 0))
  const { prior_free: free } = model.calibration
  const sites = ['us-ca', 'us-tx', 'us-wy', 'ca-on', 'mx-bcn', 'de', 'us']

  it.each(sites)('keeps the clear plates of all issuers, however far from %s', (site) => {
    const factors = siteFactors(model, mixAt(site))
    const usual = names[argmax(factors)]!
    for (const region of names) {
      const found = placesAt(sureOf(region, 0.998, usual), factors)
      expect(names[argmax(found)], `${region} at ${site}`).toBe(region)
    }
  })

  it.each(sites)(
    'prefers the issuer of %s when the plate does not decide between it and a distant one',
    (site) => {
      const [own] = [...ISSUERS.keys()].filter((issuer) => issuer.startsWith(site))
      const factors = siteFactors(model, mixAt(site))
      const undecided = Float64Array.from(names, (name) =>
        name === own || name === 'is' ? 0.4 : 0.2 / (names.length - 2),
      )
      expect(names[argmax(placesAt(undecided, factors))]).not.toBe('is')
    },
  )

  it('lets the site decide between texts, but never changes a clear text', () => {
    const texts = (first: number) => [
      { text: '7ABC123', probability: first },
      { text: '7A8C123', probability: 1 - first },
    ]
    const read = (first: number, places: Float64Array) =>
      rankTexts(texts(first), places, model.calibration, grammar)[0]!
    const nobodyKnows = Float64Array.from(names, () => 1 / names.length)
    const inCalifornia = placesAt(nobodyKnows, siteFactors(model, mixAt('us-ca')))
    expect(read(0.3, nobodyKnows).text).toBe('7A8C123')
    expect(read(0.3, inCalifornia)).toMatchObject({ text: '7ABC123' })
    const factors = sites.map((site) => siteFactors(model, mixAt(site)))
    fc.assert(
      fc.property(places(names.length), fc.constantFrom(...factors), (network, site) => {
        const there = placesAt(network, site)
        expect(read(free / 2, there).text).toBe('7A8C123')
        expect(read(1 - free / 2, there).text).toBe('7ABC123')
      }),
      { numRuns: 30 },
    )
  })
})
