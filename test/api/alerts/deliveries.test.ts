import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LISTED_MS, startDeliveries, WAITS_S } from '@sightline/api/alerts/deliveries'
import { loadRecipients, type Recipients } from '@sightline/api/alerts/recipients'
import type { Records } from '@sightline/api/shared/records'
import { createLog } from '@sightline/runtime/log'
import type { Delivery } from '@sightline/schemas/delivery'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryRecords } from '../shared/memory-records.ts'

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const log = createLog('test', 'silent')

/** A receiver that answers what a test says, and keeps what it got. */
async function receiver() {
  const got: { headers: IncomingHttpHeaders; body: string }[] = []
  const state = { status: 204 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      response.writeHead(state.status, { location: '/elsewhere' }).end()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  return { got, state, url, close: () => new Promise((done) => server.close(done)) }
}

describe('a webhook', () => {
  let there: Awaited<ReturnType<typeof receiver>>
  let records: Records<Delivery>
  let recipients: Recipients
  let now: number
  beforeEach(async () => {
    there = await receiver()
    records = memoryRecords<Delivery>()
    recipients = new Map([['port', { id: 'port', name: 'Port', to: { url: there.url, secret } }]])
    now = Date.UTC(2026, 10, 24)
  })
  afterEach(() => there.close())

  const start = () => startDeliveries({ records, recipients, clock: () => now, log })
  const one = async () => (await records.find('m1'))!.value

  it('is signed, so that its receiver can check who sent it, when, and that it is complete', async () => {
    const deliveries = start()
    await deliveries.post({ id: 'm1', body: '{"a":1}' }, 'port')
    await deliveries.close()
    const [{ headers, body }] = there.got as [(typeof there.got)[0]]
    const key = Buffer.from(secret.slice(6), 'base64')
    const signed = `m1.${now / 1000}.{"a":1}`
    expect([body, headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']]).toEqual(
      [
        ...['{"a":1}', 'm1', String(now / 1000)],
        `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
      ],
    )
    expect(await one()).toMatchObject({ state: 'delivered', body: '', attempts: 1 })
    await deliveries.post({ id: 'm1', body: '{"a":1}' }, 'port')
    await deliveries.deliver()
    expect(there.got.length).toBe(1)
  })

  it.each([500, 302, 404])(
    'that is answered %i is retried less and less often, then given up',
    async (status) => {
      there.state.status = status
      const deliveries = start()
      await deliveries.post({ id: 'm1', body: '{}' }, 'port')
      await deliveries.close()
      for (const [n, wait] of WAITS_S.entries()) {
        expect([n, there.got.length, (await one()).state]).toEqual([n, n + 1, 'waiting'])
        now += wait * 1000 - 1
        await deliveries.deliver()
        expect(there.got.length).toBe(n + 1)
        now += 1
        await deliveries.deliver()
      }
      expect(await one()).toMatchObject({ state: 'failed', body: '', lastFault: `it answered ${status}` })
      now += 10 ** 9
      await deliveries.deliver()
      expect(there.got.length).toBe(WAITS_S.length + 1)
      expect(new Set(there.got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['m1']))
    },
  )

  it('arrives when the receiver is back', async () => {
    there.state.status = 503
    const deliveries = start()
    await deliveries.post({ id: 'm1', body: '{}' }, 'port')
    await deliveries.close()
    there.state.status = 200
    now += WAITS_S[0]! * 1000
    await deliveries.deliver()
    expect(await one()).toMatchObject({ state: 'delivered', attempts: 2, lastFault: null })
  })

  it('is not sent to a recipient that was removed from the list, or wants it no more', async () => {
    there.state.status = 410
    const deliveries = start()
    await deliveries.post({ id: 'm1', body: '{}' }, 'port')
    await deliveries.close()
    expect(await one()).toMatchObject({ state: 'failed', lastFault: 'it answered 410' })
    await deliveries.post({ id: 'm2', body: '{}' }, 'nobody')
    await deliveries.deliver()
    expect((await records.find('m2'))!.value).toMatchObject({ state: 'waiting', attempts: 0 })
    now += LISTED_MS + 1
    await deliveries.deliver()
    expect((await records.find('m2'))!.value).toMatchObject({ state: 'failed', attempts: 1 })
    expect(there.got.length).toBe(1)
  })

  it('is sent once by several processes', async () => {
    const processes = [start(), start(), start()]
    await records.put(
      'm1',
      {
        ...{ v: 1, id: 'm1', recipient: 'port', body: '{}', state: 'waiting', attempts: 0 },
        ...{ createdAt: '2026-11-24T00:00:00.000Z', nextAt: '2026-11-24T00:00:00.000Z', lastFault: null },
      },
      0,
    )
    await Promise.all(processes.map((deliveries) => deliveries.deliver()))
    for (const deliveries of processes) await deliveries.close()
    expect(there.got.length).toBe(1)
  })
})

describe('the list of recipients', () => {
  const port = { id: 'port', name: 'Port', to: { url: 'https://port.example/hook', secret } }
  it.each([
    ['an address that is not encrypted', [{ ...port, to: { url: 'http://port.example', secret } }], /https/],
    ['a key that is too short', [{ ...port, to: { ...port.to, secret: 'whsec_c2hvcnQ=' } }], /secret|to/],
    ['an id twice', [port, port], /twice/],
    ['no address', [{ ...port, to: { url: 'https://', secret } }], /https/],
    ['something else', [{ ...port, phone: '1' }], /phone/],
  ])('is refused with %s', async (_what, recipients, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-recipients-'))
    const path = join(folder, 'recipients.json')
    await writeFile(path, JSON.stringify({ recipients }))
    await expect(loadRecipients(path)).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    )
    await writeFile(path, JSON.stringify({ recipients: [port] }))
    expect((await loadRecipients(path)).get('port')).toEqual(port)
    await rm(folder, { recursive: true })
  })
})
