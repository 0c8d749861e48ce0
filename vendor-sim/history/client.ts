import { SightlineError } from '@sightline/schemas/errors'
import { openEmbedded } from './embedded.ts'
import type { Engine } from './engine.ts'
import type { Layout } from './layout.ts'
import { openServer } from './server.ts'

export interface HistoryPlace {
  /** Folder of the embedded engine's data; used when there is no `url`. */
  directory: string
  /** Address of a ClickHouse server, e.g. `http://user:password@clickhouse:8123/sightline`. */
  url?: string | undefined
  /** Name of the cluster that the server belongs to, as its configuration has it. */
  cluster?: string | undefined
}

/**
 * Opens the engine of the history: a server where `url` names one, else ClickHouse inside this process.
 * @throws HISTORY_IN_USE when another process has the folder open, HISTORY_UNAVAILABLE when the server
 * refuses or does not answer, or the folder cannot be opened, CONFIG_INVALID for an address that is none
 */
export async function openClickHouse({ url, directory }: HistoryPlace, layout: Layout = {}): Promise<Engine> {
  try {
    return await (url ? openServer(url, layout) : openEmbedded(directory))
  } catch (cause) {
    throw unavailable(cause)
  }
}

/** A failed statement as the error that people and machines meet; what already is one stays. */
export function unavailable(cause: unknown): SightlineError {
  if (cause instanceof SightlineError) return cause
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new SightlineError('HISTORY_UNAVAILABLE', `ClickHouse does not do its work: ${firstLine(reason)}`, {
    cause,
    hint: 'Check that the server of CLICKHOUSE_URL runs and accepts the user, or unset it to use the embedded engine.',
  })
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 300)
