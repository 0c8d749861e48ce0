import { JetStreamApiError, type JetStreamPublishOptions } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/transport-node'
import { deliverReads } from '@sightline/edge-agent/publisher/deliver'
import type { EdgeLink } from '@sightline/edge-agent/publisher/link'
import { beforeEach, expect, test } from 'vitest'

/** Several reads that may have been sent before: after each answer, the stream has all of them or none. */

/** JetStream's codes: a batch with a gap, a wrong last sequence, a message that is stored already. */
const [INCOMPLETE, WRONG_LAST, DUPLICATE] = [10176, 10071, 10201]

/** What happens to a request: its answer is lost, or it is refused. */
type Fate = 'answer lost' | 'refused'
/** Of questions about the last sequence, of batches, and of single reads, each in turn. */
let fates: { asked: Fate[]; batch: Fate[]; alone: Fate[] }
let stored: string[]
/** Ids of reads that were sent, in order. */
let sent: string[]
let batch: string[]

const refuse = (err_code: number, description = ''): never => {
  throw new JetStreamApiError({ code: 400, err_code, description })
}

function take(ids: readonly string[], isBatch: boolean, expected?: number): number {
  sent.push(...ids.filter((id) => id !== ''))
  const fate = fates[isBatch ? 'batch' : ids[0] === '' ? 'asked' : 'alone'].shift()
  if (fate === 'refused') refuse(INCOMPLETE)
  const known = stored.indexOf(ids[0]!) + 1
  if (isBatch && (ids.some((id) => stored.includes(id)) || new Set(ids).size < ids.length)) refuse(DUPLICATE)
  if (known === 0) {
    if (expected !== undefined && expected !== stored.length)
      refuse(WRONG_LAST, `wrong last sequence: ${stored.length}`)
    stored.push(...ids)
  }
  if (fate === 'answer lost') throw new Error('timeout')
  return known || stored.length
}

const expectedIn = (headers: MsgHdrs | undefined): number | undefined => {
  const text = headers?.get('Nats-Expected-Last-Subject-Sequence')
  return text ? Number(text) : undefined
}
let expected: number | undefined
const connection = {
  publish(_subject: string, _payload: Uint8Array, { headers }: { headers: MsgHdrs }) {
    expected ??= expectedIn(headers)
    batch.push(headers.get('Nats-Msg-Id'))
  },
  async request(_subject: string, _payload: Uint8Array, { headers }: { headers: MsgHdrs }) {
    const ids = [...batch.splice(0), headers.get('Nats-Msg-Id')]
    const condition = expected ?? expectedIn(headers)
    expected = undefined
    const seq = take(ids, true, condition)
    return { json: () => ({ seq, batch: headers.get('Nats-Batch-Id'), count: ids.length }) }
  },
}
const js = {
  publish: async (_subject: string, _payload: string, options: Partial<JetStreamPublishOptions>) => ({
    seq: take([options.msgID ?? ''], false, options.expect?.lastSubjectSequence),
  }),
}
const link = { ready: async () => ({ js, connection }) } as unknown as EdgeLink

const { one, together } = deliverReads(
  link,
  (id) => id,
  new AbortController().signal,
  () => {},
)
const run = (ids: readonly string[], receipt: number, uncertain: boolean) =>
  together.deliver({
    camera: 'gate-1',
    entries: ids.map((id) => ({ id, payload: Buffer.from(id) })),
    uncertain,
    receipt,
  })

beforeEach(async () => {
  fates = { asked: [], batch: [], alone: [] }
  stored = []
  sent = []
  batch = []
  const entry = { sequence: 1, camera: 'gate-1', payload: Buffer.from(''), receipt: undefined }
  await one({ ...entry, id: 'first', uncertain: false })
  sent = []
})

test('reads that were refused together are not sent alone as long as they are noted as sent together', async () => {
  fates = { asked: [], batch: ['refused', 'refused'], alone: ['answer lost'] }
  for (let attempts = 0; attempts < 2; attempts++) {
    const answer = await run(['a', 'b', 'c'], 1, true).catch((error: Error) => error.message)
    expect([answer, stored]).toEqual([{ count: 0, receipt: 1 }, ['first']])
  }
})

test('reads whose answer comes too late are not sent again', async () => {
  fates = { asked: [], batch: ['answer lost'], alone: [] }
  await expect(run(['a', 'b', 'c'], 1, false)).rejects.toThrow('timeout')
  sent = []
  expect(await run(['a', 'b', 'c'], 1, true)).toEqual({ count: 3, receipt: 4 })
  expect(sent).toEqual([])
})

test('a read that is there twice does not make the others look stored', async () => {
  expect(await run(['a', 'b', 'a', 'c'], 1, true)).toEqual({ count: 0, receipt: 1 })
  expect(stored).toEqual(['first'])
})

test('reads after one that has left the stream are sent together, without a condition', async () => {
  stored = []
  expect(await run(['a', 'b'], 1, true)).toEqual({ count: 2, receipt: 2 })
})
