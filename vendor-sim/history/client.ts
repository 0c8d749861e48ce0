import { SightlineError } from '@sightline/schemas/errors'
import { openEmbedded } from './embedded.ts'
import type { Engine } from './engine.ts'
import type { Layout } from './layout.ts'
import { openServer } from './server.ts'

export interface HistoryPlace {
  /** Folder of the embedded engine's data; used without `url`. */
  directory: string
  /** Address of a ClickHouse server, e.g. `http://user:password@clickhouse:8123/sightline`. */
  url?: string | undefined
  /** Name of the server's cluster in its configuration. */
  cluster?: string | undefined
}

/**
 * Opens the engine of the history: a server if there is a `url`, else ClickHouse inside this process.
 * @throws HISTORY_IN_USE when another process has the folder open, HISTORY_UNAVAILABLE when the server refuses or does
 * not answer, or the folder cannot be opened, CONFIG_INVALID for an invalid URL
 */
export async function openClickHouse({ url, directory }: HistoryPlace, layout: Layout = {}): Promise<Engine> {
  try {
    return await (url ? openServer(url, layout) : openEmbedded(directory))
  } catch (cause) {
    throw unavailable(cause)
  }
}

/** Converts the error of a failed statement; a SightlineError stays as it is. */
export function unavailable(cause: unknown): SightlineError {
  if (cause instanceof SightlineError) return cause
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new SightlineError('HISTORY_UNAVAILABLE', `ClickHouse failed: ${firstLine(reason)}`, {
    cause,
    hint: 'Check that the server in CLICKHOUSE_URL runs and accepts the user, or unset it to use the embedded engine.',
  })
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 300)
