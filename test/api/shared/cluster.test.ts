import { JetStreamApiError } from '@nats-io/jetstream'
import { openQueryCache } from '@sightline/api/history/cache'
import { openRecords } from '@sightline/api/shared/records'
import { openSweepLease } from '@sightline/api/shared/sweep-lease'
import { connectBroker } from '@sightline/broker/connect'
import { declareBroker, refuseDrift } from '@sightline/broker/declare'
import { latestEntry } from '@sightline/broker/latest'
import { type Link, openLink } from '@sightline/broker/link'
import { type LocalCluster, startLocalCluster } from '@sightline/broker/local-cluster'
import { isForGood, retryUntilDone } from '@sightline/broker/publish'
import { createParser } from '@sightline/schemas/message'
import { DISSEMINATIONS, MISUSE_SETTINGS, QUERY_CACHE } from '@sightline/schemas/streams'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { timesToLive } from '../../support/time-to-live.ts'

/** What JetStream says where another write of the same key is on its way between the nodes. */
const ON_ITS_WAY = 10164

describe('on a cluster of three', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let cluster: LocalCluster
  /** An api's connection to each node. */
  let links: Link[]
  beforeAll(async () => {
    folder = await temporaryFolder()
    cluster = await startLocalCluster(folder.path)
    const { keys, servers } = cluster
    const admin = await connectBroker({ servers, keys, user: 'admin' }, quiet, 30_000)
    refuseDrift(
      await retryUntilDone(() => declareBroker(admin, { replicas: 3, storageGib: 1, agentStreams: 0 })),
    )
    await admin.close()
    links = await Promise.all(
      servers.map(async (server) =>
        openLink(await connectBroker({ servers: server, keys, user: 'api' }, quiet, 30_000)),
      ),
    )
  })
  afterAll(async () => {
    for (const { connection } of links ?? []) await connection.close()
    for (const node of [0, 1, 2]) await cluster?.stop(node)
    await folder.remove()
  })

  it('one of several writes at the same moment succeeds, and the others get a conflict', async () => {
    const kind = {
      store: DISSEMINATIONS,
      what: 'count',
      parser: createParser('count', Type.Object({ n: Type.Integer() })),
    }
    const stores = await Promise.all(links.map((link) => openRecords(link, kind, quiet)))
    const codes = new Set<unknown>()
    const reasons = new Set<unknown>()
    let { revision } = await stores[0]!.put('one', { n: 0 }, 0)
    for (let n = 1; n <= 300 && (n < 20 || !reasons.has(ON_ITS_WAY)); n++) {
      const writes = await Promise.allSettled(
        [...stores, ...stores].map((store) => store.put('one', { n }, revision)),
      )
      const done = writes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.revision] : []))
      expect(done.length).toBe(1)
      revision = done[0]!
      for (const one of writes) {
        if (one.status === 'fulfilled') continue
        codes.add(one.reason.code)
        const { cause } = one.reason
        if (cause instanceof JetStreamApiError) reasons.add(cause.code)
        expect(isForGood(cause)).toBe(false)
      }
    }
    expect([...codes]).toEqual(['CONFLICT'])
    // Else it was another fault that was tried here.
    expect(reasons).toContain(ON_ITS_WAY)
  })

  it('entries with a time to live disappear from every node when it is over (QRY-7)', async () => {
    const [link] = links as [Link, ...Link[]]
    const cache = await openQueryCache(link, { hours: 2 / 3600, clock: Date.now, log: quiet })
    const asked = { actor: 'anna', caseId: 'c', caseRef: 'C', action: 'query.search', request: {}, more: {} }
    const content = { answer: {}, ids: [], vendors: [] }
    await cache.keep(asked, { query: 'q1', purpose: 'to see whether it goes' }, content, true)
    expect(Object.values(await timesToLive(link.connection, QUERY_CACHE))).toEqual([2, 2])
    const everywhere = async () => {
      // Any node that has a copy may answer.
      const asks = Array.from({ length: 10 }, () =>
        links.map((one) => latestEntry(one, QUERY_CACHE, 'query.q1')),
      )
      return (await Promise.all(asks.flat())).filter((entry) => entry !== undefined).length
    }
    await expect.poll(everywhere, { timeout: 30_000 }).toBe(0)
    // What was asked and its answer are two entries, each with an end of its own.
    await expect.poll(() => timesToLive(link.connection, QUERY_CACHE), { timeout: 30_000 }).toEqual({})
  })

  it('one process has the lease of the sweeps', async () => {
    const leases = await Promise.all(links.map((link) => openSweepLease(link)))
    let rounds = 0
    for (let n = 0; n < 200 && rounds < 10; n++) {
      const taken = (await Promise.all(leases.map((lease) => lease.take()))).filter((one) => one !== null)
      expect(taken.length).toBeLessThanOrEqual(1)
      // A copy that is a moment behind shows one that was given back already.
      rounds += taken.length
      await taken[0]?.()
    }
    expect(rounds).toBe(10)
  })

  // The last: nodes that order no writes answer questions only when they have been there for two seconds.
  it('what was acknowledged is there at once, whichever node is asked', async () => {
    const kind = { store: MISUSE_SETTINGS, what: 'count', parser: createParser('count', Type.Integer()) }
    const stores = await Promise.all(links.map((link) => openRecords(link, kind, quiet)))
    let late = 0
    for (let n = 0; n < 300; n++) {
      await stores[n % 3]!.put(`new-${n}`, n, 0)
      const found = await Promise.all(stores.map((store) => store.find(`new-${n}`)))
      late += found.filter((one) => one?.value !== n).length
    }
    expect(late).toBe(0)
  })
})
