import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { humanPrinter, jsonPrinter } from '@sightline/cli/demo/print'
import { followReads } from '@sightline/cli/demo/reads'
import { followAlerts } from '@sightline/replay/alerts'
import { fileSource } from '@sightline/replay/source'
import { subscribeBroker } from '@sightline/replay/subscribe'
import { type Alert, alertParser } from '@sightline/schemas/alert'
import { type Read, readParser } from '@sightline/schemas/read'
import { readSubject, testAlertSubject } from '@sightline/schemas/subjects'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { sampleAlert } from '../api/harness.ts'
import { type TestBroker, temporaryFolder, testBroker } from '../support/broker.ts'
import { aRead, gate } from '../support/reads.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'
import { storeAll } from './publish.ts'

countMutations()

// Demo and replay, which a person sits before: they go on, and what others wrote is shown, not obeyed.

const TIMEOUT = 60_000 + 5 * MUTATIONS
let broker: TestBroker
let admin: NatsConnection
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
  const parties = { vendors: ['sim'], edges: { edge: ['gate-1'] }, replay: true }
  broker = await testBroker(parties)
  admin = await broker.as('admin')
})
afterAll(async () => {
  await broker.remove()
  await folder.remove()
})
afterEach(() => void vi.restoreAllMocks())

/** Text that an edge agent may send as it likes. */
const odd = 'Gate\r\nALERT  FAKE1\u001b[2J\u0007'
const reads = [aRead(), aRead({ camera: { ...gate, address: odd } })]
const alerts = [
  sampleAlert(1),
  { ...sampleAlert(2), read: { ...sampleAlert(2).read, camera: { ...gate, address: odd } } },
]
const last = sampleAlert(9)

function written(): { text(): string } {
  let all = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    all += String(text)
    return true
  })
  return { text: () => all }
}

test('a recording is played to its end', { timeout: TIMEOUT }, async () => {
  const file = join(folder.path, 'reads.ndjson')
  const lines = [...mutated('recording', reads)].map(({ payload }) => payload)
  const whole = lines.flatMap((line) => [line, Buffer.from('\n')])
  await writeFile(file, Buffer.concat([...whole, Buffer.from(JSON.stringify(aRead({ plate: 'LAST1' })))]))
  const source = await fileSource(file, 0, true)
  const refused: string[] = []
  const played: string[] = []
  for await (const line of source.lines((place) => refused.push(place))) {
    played.push(readParser.parseJson(line.text).plate)
  }
  expect(played.at(-1)).toBe('LAST1')
  expect(refused.length).toBeGreaterThan(MUTATIONS / 2)
})

test('a subscriber of the broker gets the alert behind them', { timeout: TIMEOUT }, async () => {
  const seen: Alert[] = []
  const subscription = await subscribeBroker(await broker.as('replay'), (alert) => seen.push(alert))
  await storeAll(admin, mutated('subscriber', alerts), () => testAlertSubject('display-1'))
  await jetstream(admin).publish(testAlertSubject('display-1'), JSON.stringify(last))
  await vi.waitFor(() => expect(seen.at(-1)?.id).toBe(last.id), { timeout: TIMEOUT })
  for (const alert of seen) expect(alertParser.check(alert)).toBe(true)
  await subscription.close()
})

test('the demo shows the read behind them, and every text on one line', { timeout: TIMEOUT }, async () => {
  const out = written()
  const printer = humanPrinter()
  const seen: Read[] = []
  const stop = new AbortController()
  const show = (read: Read) => {
    seen.push(read)
    printer.read(read)
    jsonPrinter.read(read)
  }
  await followReads(await broker.as('observer'), [], show, stop.signal)
  await storeAll(admin, mutated('demo', reads), () => readSubject('edge', 'gate-1'))
  await jetstream(admin).publish(readSubject('edge', 'gate-1'), JSON.stringify(aRead({ plate: 'LAST1' })))
  await vi.waitFor(() => expect(seen.at(-1)?.plate).toBe('LAST1'), { timeout: TIMEOUT })
  stop.abort()
  expect(/[^\P{C}\n]/u.test(out.text())).toBe(false)
})

test('an api that sends them ends no follower, and no output is forged', { timeout: TIMEOUT }, async () => {
  const messages = [...mutated('events', alerts)].map(({ payload }) =>
    payload.toString().replace(/[\r\n]/g, ' '),
  )
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const data of [...messages, JSON.stringify(alerts[1]), JSON.stringify(last)]) {
      response.write(`event: alert\ndata: ${data}\n\n`)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const out = written()
  const printer = humanPrinter()
  const seen: Alert[] = []
  const following = followAlerts(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'token',
    (alert) => {
      seen.push(alert)
      printer.alert(alert, 1)
    },
  )
  await vi.waitFor(() => expect(seen.at(-1)?.id).toBe(last.id), { timeout: TIMEOUT })
  following.close()
  server.closeAllConnections()
  server.close()
  expect(/[^\P{C}\n]/u.test(out.text())).toBe(false)
  expect(out.text()).not.toMatch(/^ALERT {2}FAKE1/m)
  // Each line of each box is in the box.
  for (const line of out.text().split('\n').slice(0, -1)) expect(line).toMatch(/^[┏┃┗].*[┓┃┛]$/u)
})
