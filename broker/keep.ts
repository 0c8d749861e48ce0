import { setTimeout as pause } from 'node:timers/promises'
import { type EmbeddedBroker, type EmbeddedOptions, startEmbeddedBroker } from './embedded.ts'

export interface KeptBroker extends Pick<EmbeddedBroker, 'url' | 'keys'> {
  /** Id of the server's current process. */
  pid(): number
  /** Settles after `stop`. @throws when the server has ended and cannot be started again */
  running: Promise<void>
  stop(): Promise<void>
}

/** Least time between two starts. */
const AGAIN_MS = 500

/**
 * An embedded broker that is started again, on its port and data, when its server ends by itself.
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
      onRestart()
      await pause(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      broker = await startEmbeddedBroker({ ...options, port })
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
