import { issuePlate, nthPlate, PLATE_ISSUES } from '@sightline/vendor-sim/world/plates'
import { random } from '@sightline/vendor-sim/world/random'
import { hitsOf, LONGEST_WAY, STEP_SECONDS } from '@sightline/vendor-sim/world/routes'
import { COLUMNS, isAcross, nodeAt, ROWS } from '@sightline/vendor-sim/world/towns'
import { createWorld, demoRegulars } from '@sightline/vendor-sim/world/world'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const SIZE = { seed: 7, vehicles: 300, cameras: 90 }
const world = createWorld(SIZE)

const shapeOf = (print: string) => print.replace(/[A-Z]/g, 'A').replace(/\d/g, '9')

describe('createWorld', () => {
  it('is a function of its seed', () => {
    expect(createWorld(SIZE)).toEqual(world)
    expect(createWorld({ ...SIZE, seed: 8 }).fleet[0]!.plate).not.toBe(world.fleet[0]!.plate)
  })

  it('gives every vehicle its own plate, in the format of its issuer', () => {
    expect(new Set(world.fleet.map(({ plate }) => plate)).size).toBe(SIZE.vehicles)
    for (const { plate, print, region } of world.fleet) {
      const formats = PLATE_ISSUES.filter((issue) => issue.region === region).map(({ serial }) => serial)
      expect(formats).toContain(shapeOf(print))
      expect(plate).toBe(print.replace(/[^A-Z0-9]/g, ''))
    }
  })

  it('has the cameras that the source document lists, roaming ones, and some in Mexico (CAP-2, CAP-5)', () => {
    expect(new Set(world.places.map(({ ownerType }) => ownerType))).toEqual(
      new Set(['private-business', 'toll-operator', 'law-enforcement', 'repossession']),
    )
    for (const { kind, address, country, ownerType, node } of world.places) {
      expect(kind === 'mobile').toBe(address === null)
      expect(kind === 'mobile').toBe(ownerType === 'repossession')
      expect(country).toBe(node !== null && isAcross(node) ? 'MX' : 'US')
    }
    expect(world.places.some(({ country }) => country === 'MX')).toBe(true)
    expect(new Set(world.places.map(({ id }) => id)).size).toBe(SIZE.cameras)
  })

  it('has no two fixed cameras at one address', () => {
    const addresses = world.places.flatMap(({ address }) => address ?? [])
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('has three regulars of three states', () => {
    expect(new Set(demoRegulars(world).map(({ region }) => region)).size).toBe(3)
  })

  it.each([1, 4, 20, 39, 80, 400, 1200])('can be made with %i cameras', (cameras) => {
    expect(createWorld({ seed: 3, vehicles: 5, cameras }).places).toHaveLength(cameras)
  })

  it('plants its four stories, with plates of their own', () => {
    const { stories, players } = world.cast
    expect(stories.map(({ kind }) => kind).sort()).toEqual([
      'clone',
      'companions',
      'port-of-entry',
      'visitor',
    ])
    const planted = new Set(players.map(({ vehicle }) => vehicle.plate))
    expect(world.fleet.some(({ plate }) => planted.has(plate))).toBe(false)
  })
})

describe('nthPlate', () => {
  it('never gives one plate twice, in the format of its issuer', () => {
    const issue = fc.constantFrom(...PLATE_ISSUES)
    fc.assert(
      fc.property(issue, fc.nat(1000), fc.nat(2_000_000), fc.nat(2_000_000), (of, seed, a, b) => {
        const [one, two] = [nthPlate(of, seed, a), nthPlate(of, seed, b)]
        expect(shapeOf(one.print)).toBe(of.serial)
        expect(one.plate === two.plate).toBe(a === b)
      }),
    )
  })

  it('has the same formats as plates drawn at random', () => {
    const { print, region } = issuePlate(random('any'))
    expect(PLATE_ISSUES.filter((issue) => issue.region === region).map(({ serial }) => serial)).toContain(
      shapeOf(print),
    )
  })
})

describe('hitsOf', () => {
  const node = fc
    .tuple(fc.integer({ min: 0, max: COLUMNS - 1 }), fc.integer({ min: 0, max: ROWS - 1 }))
    .map(([column, row]) => nodeAt(column, row))
  const everywhere = new Map(Array.from({ length: COLUMNS * ROWS }, (_, n) => [n, n]))

  it('go from crossing to crossing, from the first to the last, and back', () => {
    fc.assert(
      fc.property(node, node, fc.boolean(), (from, to, eastFirst) => {
        const hits = hitsOf(everywhere, from, to, eastFirst)
        expect(hits[0]).toEqual({ camera: from, after: 0 })
        expect(hits.at(-1)!.camera).toBe(to)
        for (const [i, { camera, after }] of hits.entries()) {
          expect(after).toBe(i * STEP_SECONDS)
          if (i > 0) expect([1, COLUMNS]).toContain(Math.abs(camera - hits[i - 1]!.camera))
        }
        expect(hits.at(-1)!.after).toBeLessThan(LONGEST_WAY)
      }),
    )
  })
})
