import { SightlineError } from '@sightline/schemas/errors'
import { Piscina } from 'piscina'
import type { Engine } from '../engine.ts'
import type { Picture } from '../picture.ts'
import { switchTelemetryOff } from '../telemetry.ts'
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
  // Before the threads begin: they have a copy of what is set now.
  switchTelemetryOff()
  const pool = new Piscina<Stored | null, WorkerAnswer>({
    filename: program.href,
    workerData: task,
    minThreads: workers,
    maxThreads: workers,
  })
  async function ask(picture: Stored | null) {
    const answer = await pool.run(picture).catch((cause: Error) => {
      throw new SightlineError('ENGINE_UNAVAILABLE', `a worker of ${task.name} ended: ${cause.message}`, {
        cause,
        hint: 'Another has taken its place; if that ends with the same picture, leave the picture out.',
      })
    })
    if ('code' in answer) throw new SightlineError(answer.code, answer.message, { hint: answer.hint })
    return answer
  }
  // What waits is answered by an error, what is being read is finished: a thread that is ended amidst native code takes
  // the process along.
  const close = () => pool.close({ force: true })
  try {
    const { name, version } = await ask(null)
    return {
      name,
      version,
      find: async (picture) => (await ask(shared(picture))).plates,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Stored = Picture['stored']

/** A picture in memory that threads share: a copy, or none where it lies in such memory already. */
function shared({ stored }: Picture): Stored {
  if (stored.data.buffer instanceof SharedArrayBuffer) return stored
  const data = new Uint8Array(new SharedArrayBuffer(stored.data.length))
  data.set(stored.data)
  return { ...stored, data }
}
