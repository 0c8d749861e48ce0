import { createSchedule } from './schedule.ts'

/** Lets the frames of any number of cameras be worked on, some at a time (schedule.ts says whose turn it is). */
export interface FrameQueue {
  /**
   * @param work what to do with the frame when its turn comes; must not reject
   * @returns whether it was worked on; false: it was dropped for a newer one of its camera
   */
  offer(camera: string, work: () => Promise<void>): Promise<boolean>
  /** Frames of a camera that were dropped so far. */
  drops(camera: string): number
}

interface Job {
  work(): Promise<void>
  settle(worked: boolean): void
}

/** @param parallel frames that are worked on at a time, each of another camera */
export function createFrameQueue(parallel: number): FrameQueue {
  const schedule = createSchedule<Job>()
  let inWork = 0

  function pump(): void {
    while (inWork < parallel) {
      const next = schedule.take()
      if (!next) return
      inWork++
      void next.frame.work().finally(() => {
        inWork--
        schedule.done(next.camera)
        next.frame.settle(true)
        pump()
      })
    }
  }

  return {
    offer: (camera, work) =>
      new Promise((settle) => {
        schedule.offer(camera, { work, settle })?.settle(false)
        pump()
      }),
    drops: schedule.drops,
  }
}
