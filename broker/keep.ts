import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '@sightline/schemas/errors'
import { type EmbeddedBroker, type EmbeddedOptions, startEmbeddedBroker } from './embedded.ts'

export interface KeptBroker extends Pick<EmbeddedBroker, 'url' | 'keys'> {
  /** Id of the server's current process. */
  pid(): number
  /** Settles after `stop`. @throws when the server has ended and no later try can start it again */
  running: Promise<void>
  stop(): Promise<void>
}

/** Time before the first new start, and the longest between two. */
const AGAIN_MS = 500
const LONGEST_MS = 10_000

/** What waiting does not change: another process has the folder, the program is missing, the declarations differ. */
const FOR_GOOD: readonly string[] = ['BROKER_FOLDER_IN_USE', 'BROKER_MISSING', 'BROKER_DRIFTED']

/**
 * An embedded broker that is started again, on its port and data, when its server ends by itself. A start that fails, as
 * on a full disk, is tried again for as long as it takes.
 * @param onRestart called before each new start
 * @throws as `startEmbeddedBroker`, for the first start
 */
export async function keepBroker(options: EmbeddedOptions, onRestart: () => void): Promise<KeptBroker> {
  let broker = await startEmbeddedBroker(options)
  const { url, keys } = broker
  const port = Number(new URL(url).port)
  const stopping = new AbortController()
  const keep = async () => {
    for (;;) {
      await broker.exited
      if (stopping.signal.aborted) return
      for (let wait = AGAIN_MS; ; wait = Math.min(2 * wait, LONGEST_MS)) {
        onRestart()
        await pause(wait, undefined, { signal: stopping.signal }).catch(() => {})
        if (stopping.signal.aborted) return
        const next = await startEmbeddedBroker({ ...options, port }).catch((error: unknown) => {
          if (error instanceof SightlineError && FOR_GOOD.includes(error.code)) throw error
          options.log.error({ err: error }, 'the server cannot be started yet; trying again')
        })
        if (!next) continue
        broker = next
        break
      }
      // Stopped during the start.
      if (stopping.signal.aborted) return broker.stop()
    }
  }
  const running = keep()
  running.catch(() => {})
  return {
    ...{ url, keys, running },
    pid: () => broker.pid,
    async stop() {
      stopping.abort()
      await broker.stop()
      await running.catch(() => {})
    },
  }
}
