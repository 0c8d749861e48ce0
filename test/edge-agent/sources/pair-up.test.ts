import type { Frame } from '@sightline/edge-agent/sources/frame'
import { createFrameMemory } from '@sightline/edge-agent/sources/frame-memory'
import { pairUp } from '@sightline/edge-agent/sources/pair-up'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const video = { width: 4, height: 3, matrix: 'bt601' } as const
/** 12 of light, twice 2 × 2 of color. */
const SIZE = 20
const dataOf = async (frame: Frame) => (await frame.open()).stored.data

describe('pairUp', () => {
  it('gives each frame its bytes and its time, however they arrive', async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 2 * SIZE + 3 }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.array(fc.nat(7)), async (lengths, whenTimes) => {
        const frames: { frame: Frame; data: Uint8Array }[] = []
        const seen: Promise<void>[] = []
        const pair = pairUp(
          (frame) => {
            seen.push(dataOf(frame).then((data) => void frames.push({ frame, data: Uint8Array.from(data) })))
          },
          video,
          'test',
          (time) => ({ seenAt: time }),
        )
        const bytes = Uint8Array.from({ length: 5 * SIZE }, (_, i) => Math.floor(i / SIZE) + 1)
        let told = 0
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const room = pair.room()
          const part = bytes.subarray(at, at + Math.min(lengths[n % lengths.length]!, room.length))
          room.set(part)
          pair.filled(part.length)
          at += part.length
          for (let k = whenTimes[n] ?? 0; k > 0 && told < 5; k--) pair.time(told++)
        }
        while (told < 5) pair.time(told++)
        await Promise.all(seen)
        expect(frames.map(({ frame }) => frame.seenAt)).toEqual([0, 1, 2, 3, 4])
        for (const [i, { data }] of frames.entries()) expect([...data]).toEqual(Array(SIZE).fill(i + 1))
      }),
    )
  })
})

describe('createFrameMemory', () => {
  it('reuses memory when nobody holds it any longer, not before', () => {
    const memory = createFrameMemory(8)
    const first = memory.take()
    const letGo = first.hold()
    first.release()
    first.release()
    expect(memory.take().data.buffer).not.toBe(first.data.buffer)
    letGo()
    letGo()
    expect(memory.take().data.buffer).toBe(first.data.buffer)
    expect(memory.take().data.buffer).not.toBe(first.data.buffer)
    memory.close()
  })

  it('lets cameras of one size use memory in turn, and forgets it when the last one is closed', () => {
    const [one, other] = [createFrameMemory(8), createFrameMemory(8)]
    const stranger = createFrameMemory(9)
    const slot = one.take()
    slot.release()
    expect(stranger.take().data.length).toBe(9)
    const again = other.take()
    expect(again.data.buffer).toBe(slot.data.buffer)
    one.close()
    one.close()
    again.release()
    const late = other.take()
    expect(late.data.buffer).toBe(slot.data.buffer)
    for (const memory of [other, stranger]) memory.close()
    late.release()
    const next = createFrameMemory(8)
    expect(next.take().data.buffer).not.toBe(slot.data.buffer)
    next.close()
  })

  it('keeps what a moment needs, not what a burst needed', () => {
    const memory = createFrameMemory(8)
    const burst = Array.from({ length: 12 }, () => memory.take())
    for (const { release } of burst) release()
    const before = new Set(burst.map(({ data }) => data.buffer))
    const kept = Array.from({ length: 12 }, () => memory.take()).filter(({ data }) => before.has(data.buffer))
    expect(kept).toHaveLength(3)
    memory.close()
  })
})
