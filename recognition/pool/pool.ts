import { SightlineError } from '@sightline/schemas/errors'
import { Piscina } from 'piscina'
import type { Engine } from '../engine.ts'
import { switchTelemetryOff } from '../telemetry.ts'
import type { WorkerAnswer, WorkerCall, WorkerTask } from './worker.ts'

/**
 * An engine that reads several images in parallel, each in a worker thread, in the order of the calls. A caller with
 * several cameras and at most one image of each in progress (gate/frame-queue.ts) is therefore fair to all. A worker that
 * ends is replaced, and the image it was reading gets ENGINE_UNAVAILABLE. Faults that kill the whole process, such as
 * in native code, end all workers.
 * @param workers threads, each with its own engine
 * @param program the compiled program of a worker
 * @throws USAGE, ENGINE_UNAVAILABLE
 */
export async function createPool(
  task: WorkerTask,
  workers: number,
  program: URL = new URL('./worker.js', import.meta.url),
): Promise<Engine> {
  // Before the threads start: they copy the current environment.
  switchTelemetryOff()
  const pool = new Piscina<WorkerCall | null, WorkerAnswer>({
    filename: program.href,
    workerData: task,
    minThreads: workers,
    maxThreads: workers,
  })
  const memory = sharedMemory(workers + 1)
  async function ask(call: WorkerCall | null) {
    const answer = await pool.run(call).catch((cause: Error) => {
      throw new SightlineError(
        'ENGINE_UNAVAILABLE',
        `a worker of ${task.name} ended unexpectedly: ${cause.message}`,
        {
          cause,
          hint: 'It has been replaced. If the same image ends the new worker too, leave the image out.',
        },
      )
    })
    if ('code' in answer) throw new SightlineError(answer.code, answer.message, { hint: answer.hint })
    return answer
  }
  // Waiting calls get an error, running ones finish: ending a thread within native code would end the process.
  const close = () => pool.close({ force: true })
  try {
    const { name, version } = await ask(null)
    return {
      name,
      version,
      async find({ stored }, mix) {
        if (stored.data.buffer instanceof SharedArrayBuffer) return (await ask({ stored, mix })).plates
        const data = memory.take(stored.data.length)
        data.set(stored.data)
        const { plates } = await ask({ stored: { ...stored, data }, mix })
        // Not after an error: the worker may still be at it.
        memory.giveBack(data)
        return plates
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Memory that threads share, reused: clearing and mapping new memory for each frame of 1920 × 1080 takes five times as
 * long as copying the frame. Frames of one camera have one size, so the memory returned last usually fits the next frame.
 */
function sharedMemory(most: number) {
  let free: Uint8Array[] = []
  return {
    take(length: number): Uint8Array {
      const found = free.find((one) => one.length === length)
      free = free.filter((one) => one !== found)
      return found ?? new Uint8Array(new SharedArrayBuffer(length))
    },
    giveBack(data: Uint8Array): void {
      free = [data, ...free].slice(0, most)
    },
  }
}
