import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { instant } from '@sightline/runtime/clock'
import { type Read, readId } from '@sightline/schemas/read'
import type { VendorSearchAnswer } from '@sightline/schemas/vendor-search'
import { answerJobs } from '../stack/child.ts'
import { PLATE, VENDOR, type VendorAddress, type VendorJob } from './job.ts'

/**
 * A vendor, as a separate process, that answers every question at once with the same reads, an hour apart: the rest of a
 * query's time is the api's.
 */
answerJobs(async ({ rows }: VendorJob): Promise<VendorAddress> => {
  const now = Date.now()
  const answer: VendorSearchAnswer = {
    v: 1,
    nextCursor: null,
    refreshedAt: instant(now),
    reads: Array.from({ length: rows }, (_, n) => readAt(instant(now - (n + 1) * HOUR))),
  }
  const text = JSON.stringify(answer)
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(text))
  })
  // If a connection is dropped at the moment when it is reused, a query fails.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

const HOUR = 3_600_000

const readAt = (seenAt: string): Read => ({
  v: 1,
  id: readId('lot-1', seenAt, PLATE),
  plate: PLATE,
  confidence: 0.93,
  seenAt,
  source: VENDOR,
  region: 'us-ca',
  regionConfidence: 0.8,
  chars: [...PLATE].map((char) => ({ char, confidence: 0.95, alternatives: [] })),
  camera: {
    id: 'lot-1',
    owner: 'Bench Parking',
    ownerType: 'private-business',
    kind: 'fixed',
    country: 'US',
    address: '1 Main Street, San Diego, CA',
  },
  position: { fix: 'surveyed', lat: 32.7, lon: -117.2, accuracyM: null, headingDeg: null, speedMps: null },
  vehicle: null,
  pictures: { plate: null, vehicle: null },
  engine: { name: 'bench', version: '1' },
})
