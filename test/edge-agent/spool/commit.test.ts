import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSpool, type Spool } from '@sightline/edge-agent/spool/spool'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'

/** Messages and what their camera remembers, in one step. */

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let folder: string
let spool: Spool

const open = () => openSpool({ folder, maxBytes: 1e7, log: quiet })
beforeEach(async () => {
  temporary = await temporaryFolder()
  folder = join(temporary.path, 'spool')
  spool = await open()
})
afterEach(async () => {
  await spool.close()
  await temporary.remove()
})

const step = (camera: string, numbers: readonly number[], state: string) => ({
  camera,
  messages: numbers.map((number) => ({ id: `${camera}.${number}`, payload: Buffer.from(String(number)) })),
  state,
})

async function drain(from: Spool): Promise<string[]> {
  const ids: string[] = []
  const enough = new AbortController()
  const forwarding = from.forward(async ({ id }) => {
    ids.push(id)
    return ids.length
  }, enough.signal)
  await vi.waitFor(() => expect(from.stats().entries).toBe(0), { timeout: 30_000, interval: 5 })
  enough.abort()
  await forwarding
  return ids
}

test('a step is remembered with its messages, separately for each camera', async () => {
  await spool.commit(step('a', [1, 2], 'two seen'))
  await spool.commit(step('b', [], 'nothing seen'))
  await spool.close()
  spool = await open()
  expect(['a', 'b', 'c'].map(spool.remembered)).toEqual(['two seen', 'nothing seen', undefined])
  expect(await drain(spool)).toEqual(['a.1', 'a.2'])
})

test('when killed before the step was remembered, its messages are not there either', async () => {
  await spool.commit(step('a', [1], 'one'))
  await cp(join(folder, 'checkpoints'), join(temporary.path, 'before'), { recursive: true })
  await spool.commit(step('a', [2, 3], 'three'))
  await spool.append({ camera: 'b', id: 'b.1', payload: Buffer.from('1') })
  await spool.close()
  // As it is on the disk between the messages and the memory.
  await rm(join(folder, 'checkpoints'), { recursive: true })
  await cp(join(temporary.path, 'before'), join(folder, 'checkpoints'), { recursive: true })
  await writeFile(join(folder, 'checkpoints', 'a.json.new'), '{"seq')
  spool = await open()
  expect(spool.remembered('a')).toBe('one')
  // Between cameras there is no order.
  expect((await drain(spool)).sort()).toEqual(['a.1', 'b.1'])
  expect(await readdir(join(folder, 'checkpoints'))).toEqual(['a.json'])
})

test('later steps count after a restart, even if all earlier ones were sent', async () => {
  await spool.commit(step('a', [1, 2, 3], 'three'))
  await drain(spool)
  await spool.close()
  spool = await open()
  await spool.commit(step('a', [4], 'four'))
  await spool.close()
  spool = await open()
  expect(await drain(spool)).toEqual(['a.4'])
})

test('when killed between the receipt of a message and its removal, it is not sent again', async () => {
  await spool.commit(step('a', [1, 2], 'two'))
  await cp(join(folder, 'entries'), join(temporary.path, 'entries'), { recursive: true })
  await drain(spool)
  await spool.close()
  await cp(join(temporary.path, 'entries'), join(folder, 'entries'), { recursive: true })
  spool = await open()
  expect(spool.stats().entries).toBe(0)
})

test('only a camera’s first message in a run, and one that failed, are uncertain', async () => {
  await spool.commit(step('a', [1, 2, 3], 'three'))
  const seen: [string, boolean, number | undefined][] = []
  const enough = new AbortController()
  const forwarding = spool.forward(async ({ id, uncertain, receipt }) => {
    seen.push([id, uncertain, receipt])
    if (seen.length === 2) throw new Error('no answer')
    return 70 + seen.length
  }, enough.signal)
  await vi.waitFor(() => expect(spool.stats().entries).toBe(0), { timeout: 30_000, interval: 5 })
  enough.abort()
  await forwarding
  expect(seen).toEqual([
    ['a.1', true, undefined],
    ['a.2', false, 71],
    ['a.2', true, 71],
    ['a.3', false, 73],
  ])
})

test('a damaged memory is ignored, and the messages are still sent', async () => {
  await spool.commit(step('a', [1], 'one'))
  await spool.close()
  await writeFile(join(folder, 'checkpoints', 'a.json'), 'damaged')
  spool = await open()
  expect(spool.remembered('a')).toBeUndefined()
  expect(await drain(spool)).toEqual(['a.1'])
})
