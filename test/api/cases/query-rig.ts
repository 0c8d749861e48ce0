import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { type FakeVendor, fakeVendor, honest, readAt } from '../federation/fake-vendor.ts'
import { bodyOf, type Rig, startRig } from '../harness.ts'
import { type Colleague, colleague, matter, reason, type TestClock } from './support.ts'

export type Answer = FederatedSearchAnswer & {
  query: string
  expiresAt: string
  cached: { query: string } | null
}

export const HOUR = 3_600_000
export const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
export const start = clock.now
export const MARK = 'cam-marked-for-the-disk'
export const marked = readAt(start - HOUR, { cameraId: MARK })
export const plain = readAt(start - 2 * HOUR)
export const place = { lat: 32.5, lon: -117, radiusM: 500 }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
export let one: FakeVendor
export let two: FakeVendor
export let vendorsFile: string
export let rig: Rig
export let anna: Colleague
export let bert: Colleague
export let carl: Colleague
export let sue: Colleague
export let olaf: Colleague

/** A broker, an api with two vendors, and colleagues, for the tests of one file; vendors are honest at each. */
export function useQueryRig(): void {
  beforeAll(async () => {
    clock.now = start
    folder = await temporaryFolder()
    // Patient: what a vendor owes a page is not what these tests are about.
    one = await fakeVendor('one', folder.path, 5000)
    two = await fakeVendor('two', folder.path, 5000)
    vendorsFile = join(folder.path, 'vendors.json')
    await writeFile(vendorsFile, JSON.stringify({ vendors: [one.config, two.config] }))
    rig = await startRig({ ...options(), cacheHours: 4 })
    const here = (id: string, more = {}) => colleague(rig, clock, id, more)
    anna = await here('anna', { supervisor: 'sue' })
    bert = await here('bert')
    carl = await here('carl', { sources: ['two'] })
    sue = await here('sue', { analyst: false, offices: ['supervisor'] })
    olaf = await here('olaf', { analyst: false, offices: ['oversight'] })
  })
  afterAll(async () => {
    await rig.close()
    await one.close()
    await two.close()
    await folder.remove()
  })
  beforeEach(() => {
    for (const vendor of [one, two]) {
      vendor.asked.length = 0
      vendor.behave(honest([marked, plain]))
    }
  })
}

export const options = () => ({ clock: () => clock.now, requestsPerMinute: 100_000, vendorsFile })
export const named = (about: object) => ({ subjects: [{ about, reason }] as never })
export const search = (by: Colleague, body: object) => by.send('/v1/search', { ...matter, ...body })
export const found = async (by: Colleague, body: object) => {
  const answer = await search(by, body)
  expect(answer.status).toBe(200)
  return bodyOf<Answer>(answer)
}
/** A reference of its own for each test: several cases of one matter would help each other out. */
let refs = 0
export const newRef = () => `CASE-Q-${refs++}`

/** Whether a text stands in any file of the broker; it is written there at the latest after a moment. */
export async function onDisk(text: string): Promise<boolean> {
  await new Promise((done) => setTimeout(done, 300))
  const files = await readdir(rig.dataDir, { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0))
    if (bytes.includes(text)) return true
  }
  return false
}
