import { Piscina } from 'piscina'
import { SightlineError } from '../../../schemas/errors.ts'
import type { Engine } from '../engine.ts'
import type { Picture, Pixels } from '../picture.ts'
import type { WorkerAnswer, WorkerTask } from './worker.ts'

/**
 * An engine that reads several pictures at a time, each in a worker thread; they are taken in the order of the
 * calls. Whoever reads for several cameras and has at most one picture of each under way (gate/turns.ts) is thereby
 * fair to all. A worker that ends is replaced, and the picture that it was reading is answered by
 * ENGINE_UNAVAILABLE. What kills the whole process, such as a fault in native code, no worker outlives.
 * @param workers threads, each with an engine of its own
 * @param program the compiled program of a worker
 * @throws USAGE, ENGINE_UNAVAILABLE
 */
export async function createPool(
  task: WorkerTask,
  workers: number,
  program: URL = new URL('./worker.js', import.meta.url),
): Promise<Engine> {
  const pool = new Piscina<Pixels | null, WorkerAnswer>({
    filename: program.href,
    workerData: task,
    minThreads: workers,
    maxThreads: workers,
  })
  async function ask(pixels: Pixels | null) {
    const answer = await pool.run(pixels).catch((cause: Error) => {
      throw new SightlineError('ENGINE_UNAVAILABLE', `a worker of ${task.name} ended: ${cause.message}`, {
        cause,
        hint: 'Another has taken its place; if that ends with the same picture, leave the picture out.',
      })
    })
    if ('code' in answer) throw new SightlineError(answer.code, answer.message, { hint: answer.hint })
    return answer
  }
  try {
    const { name, version } = await ask(null)
    return {
      name,
      version,
      find: async (picture) => (await ask(await sharedPixels(picture))).plates,
      close: () => pool.destroy(),
    }
  } catch (error) {
    await pool.destroy()
    throw error
  }
}

/** All of a picture in memory that threads share: one copy, or none where it lies in such memory already. */
async function sharedPixels(picture: Picture): Promise<Pixels> {
  const { width, height } = picture
  const pixels = await picture.pixels({ width, height, channels: 3 })
  if (pixels.data.buffer instanceof SharedArrayBuffer) return pixels
  const data = new Uint8Array(new SharedArrayBuffer(pixels.data.length))
  data.set(pixels.data)
  return { ...pixels, data }
}
