import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FederatedCompanionsAnswer, FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import type { AddressLink, ImpossibleTravel, Timeline, VisitedPlace } from '@sightline/schemas/review'
import { buildServer } from '@sightline/vendor-sim/server'
import type { Simulation } from '@sightline/vendor-sim/simulation/simulation'
import { openCustomers } from '@sightline/vendor-sim/token'
import type { Story } from '@sightline/vendor-sim/world/stories'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { type TestHistory, testHistory } from '../../support/history.ts'
import { bodyOf, caseNaming, json, type Rig, startRig } from '../harness.ts'

/**
 * What was planted in a world is found through the agency's api, by way of the broker's audit log, the federation and the
 * real vendor; a vehicle with nothing to hide is not (QRY-10).
 */

const DAY = 86_400_000
const TO = Date.parse('2026-11-23T08:00:00.000Z')
const FROM = TO - 120 * DAY
const window = { from: new Date(FROM).toISOString(), to: new Date(TO).toISOString() }
const matter = { caseRef: 'CASE-1', purpose: 'Movements of a vehicle in a seizure' }

let test: TestHistory
let simulation: Simulation
let rig: Rig
let closeVendor: () => Promise<void>
let control: string
beforeAll(async () => {
  test = await testHistory()
  simulation = await test.simulate({ seed: 11, vehicles: 800, cameras: 80 })
  await simulation.write({ from: FROM, to: TO })
  const customers = await openCustomers(test.path)
  const vendor = await buildServer({
    ...{ history: test.history, customers, refreshedAt: () => TO, clock: () => TO, log: quiet },
    picture: async () => Buffer.alloc(0),
  })
  const url = await vendor.listen({ host: '127.0.0.1', port: 0 })
  closeVendor = () => vendor.close()
  const vendorsFile = join(test.path, 'vendors.yaml')
  // How long the engine takes depends on what else runs.
  const sim = { id: 'sim', url, credentialsFile: 'vendor-token', deadlineMs: 25_000 }
  await writeFile(vendorsFile, `vendors:\n  - ${JSON.stringify(sim)}\n`)
  rig = await startRig()
  rig.api = await rig.startApi({ vendorsFile })
  control = await someoneAlone()
  const { plate, address } = story('visitor')
  const [lead] = story('companions').plates
  const named = caseNaming([plate, lead, story('port-of-entry').plate, story('clone').plate, control])
  const place = { about: { place: { address } }, reason: 'the ring parks its vehicles there' }
  const theCase = { ...named, subjects: [...named.subjects!, place] }
  expect((await rig.call('/v1/cases', json(theCase))).status).toBe(201)
})
afterAll(async () => {
  await rig?.close()
  await closeVendor?.()
  await test?.remove()
})

const story = <K extends Story['kind']>(kind: K) =>
  simulation.world.cast.stories.find((told) => told.kind === kind) as Extract<Story, { kind: K }>

/** A vehicle that drives a lot, alone. */
async function someoneAlone(): Promise<string> {
  const { fleet } = simulation.world
  const alone = fleet.filter(
    ({ companion, index }) => companion === null && !fleet.some((other) => other.companion === index),
  )
  const [row] = await test.history.select<{ plate: string }>(
    'SELECT plate FROM reads WHERE plate IN {plates:Array(String)} GROUP BY plate ORDER BY count() DESC LIMIT 1',
    { plates: alone.map(({ plate }) => plate) },
  )
  return row!.plate
}

async function ask<A>(path: string, body: Record<string, unknown>): Promise<A & { complete: boolean }> {
  const answer = await rig.call(path, json({ ...matter, ...window, ...body }))
  expect(answer.status).toBe(200)
  const found = await bodyOf<A & { complete: boolean }>(answer)
  expect(found.complete).toBe(true)
  return found
}

describe('companions', () => {
  const companions = (plate: string) => ask<FederatedCompanionsAnswer>('/v1/review/companions', { plate })

  it('are ranked first, far beyond chance, with the evidence', async () => {
    const [lead, follows] = story('companions').plates
    const [first] = (await companions(lead)).companions
    expect(first).toMatchObject({ plate: follows, vendor: 'sim' })
    expect(first!.chance).toBeLessThan(1e-9)
    expect(first!.evidence.length).toBeGreaterThan(1)
  })

  it('of a vehicle that drives alone are within chance', async () => {
    const [first] = (await companions(control)).companions
    expect(first?.chance ?? 1).toBeGreaterThan(1e-5)
  })
})

describe('a link to an address', () => {
  const link = async (plate: string) => {
    const { address } = story('visitor')
    return (await ask<{ link: AddressLink }>('/v1/review/address-link', { plate, address })).link
  }

  it('ranks the visitor first, and not a random vehicle', async () => {
    const visitor = await link(story('visitor').plate)
    expect(visitor).toMatchObject({ rank: 1, asOften: 0 })
    expect(visitor.stayDays).toBeGreaterThan(25)
    const other = await link(control)
    expect(other.stayDays).toBeLessThan(visitor.stayDays / 2)
  })
})

describe('places', () => {
  it('include the visited address near the top, at its hours, and not for a random vehicle', async () => {
    const { plate, address } = story('visitor')
    const rank = async (of: string) => {
      const body = { plate: of, timeZone: 'America/Los_Angeles' }
      const { places } = await ask<{ places: VisitedPlace[] }>('/v1/review/places', body)
      return places.findIndex((place) => place.address === address)
    }
    expect(await rank(plate)).toBe(0)
    expect(await rank(control)).not.toBe(0)
  })
})

describe('the timeline', () => {
  it('shows the way down to the port of entry, camera by camera, every week', async () => {
    const { plate, cameras } = story('port-of-entry')
    const { timeline } = await ask<{ timeline: Timeline }>('/v1/review/timeline', { plate })
    const seen = timeline.map.features.flatMap(({ properties }) =>
      'camera' in properties ? [properties.camera] : [],
    )
    const approaches = seen.filter((_, i) => cameras.every((camera, n) => seen[i + n] === camera))
    expect(approaches.length).toBeGreaterThan(10)
    expect(timeline.trips.length).toBeGreaterThan(10)
  })
})

describe('impossible travel', () => {
  const travel = async (plate: string) =>
    (await ask<{ travel: ImpossibleTravel }>('/v1/review/impossible-travel', { plate })).travel

  it('is found for the cloned plate: two vehicles, in the two towns', async () => {
    const found = await travel(story('clone').plate)
    expect(found.verdict).toBe('several-vehicles')
    expect(found.impossible).toBeGreaterThan(50)
    expect(found.vehicles[1]!.days).toBeGreaterThan(20)
  })

  it('is not found for a random vehicle', async () => {
    expect(await travel(control)).toMatchObject({ verdict: 'possible', impossible: 0 })
  })
})

describe('a search of the real vendor', () => {
  it('pages through all reads of a plate, each once (QRY-2, QRY-3)', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask<FederatedSearchAnswer>('/v1/search', {
        plate: control,
        limit: 40,
        ...(cursor && { cursor }),
      })
      seen.push(...page.reads.map(({ read }) => read.id))
      cursor = page.nextCursor ?? undefined
      expect(page.vendors[0]!.refreshedAt).toBe(window.to)
      expect(Object.values(page.vendors[0]!.filtered).every((count) => count === 0)).toBe(true)
    } while (cursor)
    const [row] = await test.history.select<{ count: string }>(
      "SELECT count() AS count FROM reads WHERE plate = {plate:String} AND reader IN (SELECT number FROM readers WHERE country = 'US')",
      { plate: control },
    )
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe(Number(row!.count))
  })

  it('by address and vehicle finds only what is there (QRY-2)', async () => {
    const { address } = story('visitor')
    const { reads } = await ask<FederatedSearchAnswer>('/v1/search', {
      area: { address },
      vehicle: { make: 'Toyota' },
      // As long as a search without a plate may be (QRY-6).
      from: new Date(TO - 30 * DAY).toISOString(),
    })
    expect(reads.length).toBeGreaterThan(0)
    for (const { read } of reads)
      expect(read).toMatchObject({ camera: { address }, vehicle: { make: 'Toyota' } })
  })
})
