import { randomBytes, randomUUID } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type Asked, openQueryCache, type QueryCache } from '@sightline/api/queries/cache'
import { entryOf, headed, packed, questionKey, unpacked } from '@sightline/api/queries/cache-format'
import { openLink } from '@sightline/broker/link'
import { QUERY_CACHE } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { type Rig, startRig } from '../harness.ts'

const START = Date.UTC(2026, 10, 24, 9)
const asked = (request: object): Asked => ({
  ...{ actor: 'anna', caseId: 'case-1', caseRef: 'CASE-1', action: 'query.search', request, more: {} },
})
const content = (answer: unknown) => ({ answer, ids: [], vendors: [] })
/** An answer that does not become short by being compressed. */
const long = () => content(randomBytes(600_000).toString('base64'))

describe('a cached answer', () => {
  it('is read as it was kept, whatever its length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        const { rest, pieces } = await packed(content(answer))
        expect(pieces).toEqual([])
        expect(await unpacked(rest)).toEqual(JSON.parse(JSON.stringify(content(answer))))
      }),
    )
    const { rest, pieces } = await packed(long())
    expect([rest.length, pieces.length]).toEqual([0, 2])
  })

  it('has a head that nothing in it can end', () => {
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
        const read = headed(Buffer.from(entryOf(head, rest)))
        expect(read?.head).toEqual(head)
        expect([...read!.rest]).toEqual([...rest])
      }),
    )
    expect(headed(Buffer.from('{}'))).toBeUndefined()
  })

  it('answers a question however its keys are ordered, and no other', () => {
    const key = (request: object) => questionKey(asked(request))
    expect(key({ plate: 'A', area: { lat: 1, lon: 2 } })).toBe(key({ area: { lon: 2, lat: 1 }, plate: 'A' }))
    expect(key({ plate: 'A' })).not.toBe(key({ plate: 'B' }))
    expect(questionKey({ ...asked({}), actor: 'bert' })).not.toBe(key({}))
  })
})

describe('the cache', () => {
  let rig: Rig
  let cache: QueryCache
  let now = START
  beforeAll(async () => {
    rig = await startRig({ clock: () => now })
    cache = await openQueryCache(await openLink(rig.admin), { hours: 4, clock: () => now, log: quiet })
  })
  afterAll(() => rig.close())
  const bucket = () => new Kvm(jetstream(rig.admin)).open(QUERY_CACHE)
  const keys = async () => {
    const found: string[] = []
    for await (const key of await (await bucket()).keys()) found.push(key)
    return found
  }
  const keep = (request: object, answer: ReturnType<typeof content>, repeats = true) => {
    const query = randomUUID()
    return cache
      .keep(asked(request), { query, purpose: 'the purpose of the first' }, answer, repeats)
      .then(() => query)
  }

  it('finds what was kept at once, and by the id of a repeat with the purpose of that (QRY-7)', async () => {
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

  it('has an answer whole or not at all', async () => {
    const request = { plate: randomUUID() }
    const query = await keep(request, long())
    await (await bucket()).delete(`piece.${query}.1`)
    expect(await cache.find(asked(request))).toBeUndefined()
    const other = { plate: randomUUID() }
    await (await bucket()).delete(`query.${await keep(other, content(1))}`)
    expect(await cache.find(asked(other))).toBeUndefined()
  })

  it('answers no repeat with what is incomplete, but can save from it (QRY-7)', async () => {
    const request = { plate: randomUUID() }
    const query = await keep(request, content(1), false)
    expect(await cache.find(asked(request))).toBeUndefined()
    expect(await cache.byQuery(query, 'anna')).toBeDefined()
  })

  it('is empty after the time that is set, pieces and repeats too (QRY-7, QRY-8)', async () => {
    const request = { plate: randomUUID() }
    await keep(request, long())
    await cache.repeat(randomUUID(), 'asked once again', (await cache.find(asked(request)))!)
    now += 4 * 3_600_000 - 1
    await cache.sweep()
    expect(await cache.find(asked(request))).toBeDefined()
    now += 1
    expect(await cache.find(asked(request))).toBeUndefined()
    await cache.sweep()
    expect(await keys()).toEqual([])
  })
})
