import { createSchedule } from '@sightline/edge-agent/gate/schedule'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const cameras = fc.constantFrom('north', 'south', 'gate', 'van')
const steps = fc.array(fc.oneof(cameras, fc.constant(null)), { maxLength: 200 })

describe('the schedule', () => {
  it('keeps each camera’s newest frames in order, and its counts add up', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (some, length) => {
        const schedule = createSchedule<number>(length)
        const waiting = new Map<string, number[]>()
        const dropped = new Map<string, number>()
        for (const [frame, camera] of some.entries()) {
          if (camera === null) {
            const taken = schedule.take()
            if (taken) {
              expect(taken.frame).toBe(waiting.get(taken.camera)!.shift())
              schedule.done(taken.camera)
            } else expect([...waiting.values()].flat()).toEqual([])
            continue
          }
          const queue = [...(waiting.get(camera) ?? []), frame]
          const out = schedule.offer(camera, frame)
          expect(out).toBe(queue.length > length ? queue[0] : undefined)
          if (out !== undefined) dropped.set(camera, (dropped.get(camera) ?? 0) + 1)
          waiting.set(camera, queue.slice(-length))
          expect(schedule.drops(camera)).toBe(dropped.get(camera) ?? 0)
        }
      }),
    )
  })

  it('serves every camera with a waiting frame within as many turns as there are cameras', () => {
    fc.assert(
      fc.property(steps, (flood) => {
        const schedule = createSchedule<string>(3)
        schedule.offer('quiet', 'its only frame')
        let turns = 0
        for (const camera of flood) {
          if (camera !== null) schedule.offer(camera, 'one of many')
          else {
            turns++
            const taken = schedule.take()
            if (taken?.camera === 'quiet') return
            if (taken) schedule.done(taken.camera)
          }
        }
        expect(turns).toBeLessThan(5)
      }),
    )
  })

  it('works on one frame of a camera at a time, and on several cameras at once', () => {
    const schedule = createSchedule<number>(3)
    for (const frame of [1, 2]) for (const camera of ['north', 'south']) schedule.offer(camera, frame)
    expect([schedule.take(), schedule.take(), schedule.take()]).toEqual([
      { camera: 'north', frame: 1 },
      { camera: 'south', frame: 1 },
      undefined,
    ])
    schedule.done('south')
    expect(schedule.take()).toEqual({ camera: 'south', frame: 2 })
    schedule.done('north')
    expect(schedule.take()).toEqual({ camera: 'north', frame: 2 })
  })

  it('is empty at first, and counts nothing for an unknown camera', () => {
    const schedule = createSchedule()
    expect(schedule.take()).toBeUndefined()
    expect(schedule.drops('nobody')).toBe(0)
  })
})
