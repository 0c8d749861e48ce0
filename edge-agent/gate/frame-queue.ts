import { createSchedule } from './schedule.ts'

/**
 * Schedules the frames of any number of cameras for processing, a few at a time (schedule.ts chooses whose turn it is).
 */
export interface FrameQueue {
  /**
   * @param work processes the frame when its turn comes; must not reject
   * @returns whether it was processed; false: it was dropped for a newer frame of its camera
   */
  offer(camera: string, work: () => Promise<void>): Promise<boolean>
  /** Number of frames of a camera dropped so far. */
  drops(camera: string): number
}

interface Job {
  work(): Promise<void>
  settle(worked: boolean): void
}

/** @param parallel number of frames processed at a time, each from a different camera */
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
