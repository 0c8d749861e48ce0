import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { openLink } from '@sightline/broker/link'
import { readParser } from '@sightline/schemas/read'
import { readStream } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { ingest } from '@sightline/vendor-sim/ingest'
import { openPosition } from '@sightline/vendor-sim/position'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { type TestHistory, testHistory } from '../support/history.ts'
import { aRead, gate } from '../support/reads.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'

countMutations()

// The vendor's ingest on a real broker and the real ClickHouse engine: what comes behind them is in the history.

const TIMEOUT = 90_000 + 5 * MUTATIONS
const ending = new AbortController()
let broker: TestBroker
let history: TestHistory
beforeAll(async () => {
  broker = await testBroker()
  history = await testHistory()
})
afterAll(async () => {
  ending.abort()
  await history.remove()
  await broker.remove()
})

const seen = { source: 'sim', camera: { ...gate, id: 'lot-1' } }

test('reads of the stream', { timeout: TIMEOUT }, async () => {
  const admin = await broker.as('admin')
  const subject = readSubject('sim', 'lot-1')
  const real = [
    aRead(seen),
    aRead({ ...seen, vehicle: { make: 'Ford', model: 'F 150', color: 'red' }, position: null }),
    aRead({
      ...seen,
      chars: [{ char: '7', confidence: 0.5, alternatives: [{ char: '1', confidence: 0.4 }] }],
    }),
  ]
  await storeAll(admin, mutated('vendor', real), () => subject)
  // Of every year that an instant can have: more than the engine takes partitions at once, and outside of its times.
  const years = Array.from({ length: 250 }, (_, n) => String(Math.floor((n * 10_000) / 250)).padStart(4, '0'))
  const strayed = years.map((year) => aRead({ ...seen, seenAt: `${year}-06-01T00:00:00.000Z` }))
  for (const read of strayed) await jetstream(admin).publish(subject, JSON.stringify(read))
  const last = aRead({ ...seen, plate: 'LAST1' })
  const { seq } = await jetstream(admin).publish(subject, JSON.stringify(last))
  const position = await openPosition(join(history.path, 'ingested-until'), 0)
  const running = ingest({
    ...{
      link: await openLink(await broker.as('matcher')),
      stream: readStream('sim'),
      source: 'sim',
      history: history.history,
    },
    ...{ position, keepFrom: async () => {}, log: quiet, signal: ending.signal },
  })
  running.catch(() => {})
  await vi.waitFor(() => expect(position.at).toBe(seq), { timeout: TIMEOUT, interval: 200 })
  const search = (plate: string, limit: number) =>
    history.history.search({
      ...{ v: 1, plate, limit },
      ...{ from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' },
    })
  const found = await search('LAST1', 10)
  expect(found.reads.map(({ plate }) => plate)).toEqual(['LAST1'])
  // And what was taken comes out as reads.
  const { reads } = await search('7ABC123', 1000)
  expect(reads.length).toBeGreaterThan(10)
  for (const read of reads) expect(readParser.parse(JSON.parse(JSON.stringify(read)))).toBeTruthy()
})
