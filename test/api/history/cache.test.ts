import { randomBytes, randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type Asked, openQueryCache, type QueryCache } from '@sightline/api/history/cache'
import {
  entryOf,
  packContent,
  questionKey,
  splitHead,
  unpackContent,
} from '@sightline/api/history/cache-format'
import { type Link, openLink } from '@sightline/broker/link'
import { streamDeclarations } from '@sightline/schemas/stream-declarations'
import { EMBEDDED_SIZE, QUERY_CACHE } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { timesToLive } from '../../support/time-to-live.ts'
import { type Rig, startRig } from '../harness.ts'

const START = Date.UTC(2026, 10, 24, 9)
const asked = (request: object): Asked => ({
  ...{ actor: 'anna', caseId: 'case-1', caseRef: 'CASE-1', action: 'query.search', request, more: {} },
})
const content = (answer: unknown) => ({ answer, ids: [], vendors: [] })
/** An answer that does not become short by being compressed. */
const long = () => content(randomBytes(600_000).toString('base64'))

describe('a cached answer', () => {
  it('is read as it was stored, whatever its length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        const { rest, pieces } = await packContent(content(answer))
        expect(pieces).toEqual([])
        expect(await unpackContent(rest)).toEqual(JSON.parse(JSON.stringify(content(answer))))
      }),
    )
    const { rest, pieces } = await packContent(long())
    expect([rest.length, pieces.length]).toEqual([0, 2])
  })

  it('has a header that nothing inside it can end', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (purpose, rest) => {
        const head = {
          ...{
            query: 'q',
            actor: 'anna',
            caseId: 'case-1',
            caseRef: 'CASE-1',
            purpose: `${purpose}\n of the query`,
          },
          ...{ askedAt: new Date(START).toISOString(), expiresAt: new Date(START).toISOString(), pieces: 0 },
        }
        const read = splitHead(Buffer.from(entryOf(head, rest)))
        expect(read?.head).toEqual(head)
        expect([...read!.rest]).toEqual([...rest])
      }),
    )
    expect(splitHead(Buffer.from('{}'))).toBeUndefined()
  })

  it('answers a question whatever the order of its keys, and no other question', () => {
    const key = (request: object) => questionKey(asked(request))
    expect(key({ plate: 'A', area: { lat: 1, lon: 2 } })).toBe(key({ area: { lon: 2, lat: 1 }, plate: 'A' }))
    expect(key({ plate: 'A' })).not.toBe(key({ plate: 'B' }))
    expect(questionKey({ ...asked({}), actor: 'bert' })).not.toBe(key({}))
  })
})

describe('the cache', () => {
  let rig: Rig
  let link: Link
  let cache: QueryCache
  let now = START
  beforeAll(async () => {
    rig = await startRig({ clock: () => now })
    link = await openLink(rig.admin)
    cache = await openQueryCache(link, { hours: 4, clock: () => now, log: quiet })
  })
  afterAll(() => rig.close())
  const bucket = () => new Kvm(jetstream(rig.admin)).open(QUERY_CACHE)
  const lives = () => timesToLive(rig.admin, QUERY_CACHE)
  const keep = (request: object, answer: ReturnType<typeof content>, repeats = true, into = cache) => {
    const query = randomUUID()
    return into
      .keep(asked(request), { query, purpose: 'the purpose of the first' }, answer, repeats)
      .then(() => query)
  }

  it('finds what was stored at once, and a repeat by its id with its purpose (QRY-7)', async () => {
    for (const answer of [content({ reads: [] }), long()]) {
      const request = { plate: randomUUID() }
      expect(await cache.find(asked(request))).toBeUndefined()
      const query = await keep(request, answer)
      const first = await cache.find(asked(request))
      expect(first).toMatchObject({
        answered: { query, purpose: 'the purpose of the first' },
        content: answer,
      })
      const again = randomUUID()
      now += 3_600_000
      await cache.repeat(again, 'the purpose of the second', first!)
      const { expiresAt } = first!.answered
      const found = { answered: { query, purpose: 'the purpose of the second', expiresAt }, content: answer }
      expect(await cache.byQuery(again, 'anna')).toMatchObject(found)
      expect(await cache.byQuery(again, 'bert')).toBeUndefined()
    }
  })

  it('has an answer completely or not at all', async () => {
    const request = { plate: randomUUID() }
    const query = await keep(request, long())
    await (await bucket()).delete(`piece.${query}.1`)
    expect(await cache.find(asked(request))).toBeUndefined()
    const other = { plate: randomUUID() }
    await (await bucket()).delete(`query.${await keep(other, content(1))}`)
    expect(await cache.find(asked(other))).toBeUndefined()
  })

  it('answers no repeat from an incomplete answer, but lets reads be saved from it (QRY-7)', async () => {
    const request = { plate: randomUUID() }
    const query = await keep(request, content(1), false)
    expect(await cache.find(asked(request))).toBeUndefined()
    expect(await cache.byQuery(query, 'anna')).toBeDefined()
  })

  it('is empty after the configured time, including pieces and repeats (QRY-7, QRY-8)', async () => {
    const before = Object.keys(await lives()).sort()
    const short = await openQueryCache(link, { hours: 2 / 3600, clock: Date.now, log: quiet })
    const request = { plate: randomUUID() }
    await keep(request, long(), true, short)
    await short.repeat(randomUUID(), 'asked once again', (await short.find(asked(request)))!)
    // A question, a query, its two pieces, and the repeat.
    expect(Object.keys(await lives()).length).toBe(before.length + 5)
    // No api has anything to do with it.
    await expect.poll(async () => Object.keys(await lives()).sort(), { timeout: 30_000 }).toEqual(before)
  })

  it('has the broker keep an answer as long as it may be used, and a repeat no longer (QRY-7)', async () => {
    const before = new Set(Object.keys(await lives()))
    const request = { plate: randomUUID() }
    const query = await keep(request, long())
    const first = (await cache.find(asked(request)))!
    now += 4 * 3_600_000 - 90_500
    expect(await cache.find(asked(request))).toBeDefined()
    const again = randomUUID()
    await cache.repeat(again, 'asked once again', first)
    const added = Object.entries(await lives()).filter(([key]) => !before.has(key))
    expect(Object.fromEntries(added)).toEqual({
      [questionKey(asked(request))]: 14_400,
      [`query.${query}`]: 14_400,
      ...{ [`piece.${query}.0`]: 14_400, [`piece.${query}.1`]: 14_400 },
      // Whole seconds, and never fewer.
      [`query.${again}`]: 91,
    })
    now += 90_499
    expect(await cache.byQuery(again, 'anna')).toBeDefined()
    now += 1
    // It is there still, by the broker's clock, and not used.
    expect(await cache.find(asked(request))).toBeUndefined()
    expect(await cache.byQuery(again, 'anna')).toBeUndefined()
  })

  it('is not mirrored in memory, like every bucket whose entries the broker drops silently', async () => {
    const manager = await jetstreamManager(rig.admin)
    const dropping = streamDeclarations(EMBEDDED_SIZE).filter((one) => one.allow_msg_ttl)
    expect(dropping.map(({ name }) => name)).toEqual([
      ...['PICTURES_a0', 'PICTURES_a1', 'PICTURES'],
      ...['KV_QUERY_CACHE', 'KV_WRITES_DONE'],
    ])
    for (const { name, republish } of dropping) {
      const consumers: string[] = []
      for await (const one of manager.consumers.list(name)) consumers.push(one.name)
      expect([name, republish, consumers]).toEqual([name, undefined, []])
    }
  })
})
