import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client'
import { SightlineError } from '../../schemas/errors.ts'

export interface HistoryPlace {
  /** Folder of the embedded engine's data; used when there is no `url`. */
  directory: string
  /** Address of a ClickHouse server, e.g. `http://user:password@clickhouse:8123/sightline`. */
  url?: string | undefined
  /** Name of the cluster that the server belongs to, as its configuration has it. */
  cluster?: string | undefined
}

/**
 * The engine of the history. Its sessions do one statement after the other: a search waited seconds for a batch of the
 * stream, and for as long as a piece of the past took to be written. So each kind of work has a session of its own.
 */
export interface Engine {
  /** What people and feeds wait for: searches, and small writes. */
  readonly client: ClickHouseClient
  /** A statement that may take minutes. */
  command(query: string): Promise<void>
  /** Inserts lines of TabSeparated, as bytes. */
  insertLines(table: string, columns: [string, ...string[]], lines: Buffer): Promise<void>
  close(): Promise<void>
}

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>

const COMMON = {
  /** Instants are written and read as schemas/message.ts spells them. */
  clickhouse_settings: { date_time_input_format: 'best_effort', date_time_output_format: 'iso' },
  /** The client would print failed statements on standard error; errors are reported by the caller. */
  log: { level: ClickHouseLogLevel.OFF },
} as const

/** How long a server is given to answer a statement, milliseconds. */
const SERVER_TIMEOUT = 30_000

/**
 * Opens the engine of the history: a server where `url` names one, else ClickHouse inside this process.
 * Both understand the same SQL.
 * @throws HISTORY_IN_USE when another process has the folder open, HISTORY_UNAVAILABLE when the server
 * refuses or does not answer, or the folder cannot be opened
 */
export async function openClickHouse(place: HistoryPlace): Promise<Engine> {
  const engine = place.url ? server(place.url) : await embedded(place.directory)
  try {
    await engine.client.command({ query: 'SELECT 1' })
    return engine
  } catch (cause) {
    await engine.close()
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

const FORMAT = 'TabSeparated'

/** A server does the statements of one client side by side. */
function server(url: string): Engine {
  try {
    const client = createClient({ url, request_timeout: SERVER_TIMEOUT, ...COMMON })
    return {
      client,
      command: async (query) => {
        await client.command({ query })
      },
      insertLines: async (table, columns, lines) => {
        const values = Readable.from(lines, { objectMode: false })
        await client.insert({ table, columns, values, format: FORMAT })
      },
      close: () => client.close(),
    }
  } catch (cause) {
    throw new SightlineError('CONFIG_INVALID', 'the address of the ClickHouse server is not a URL', {
      cause,
      hint: 'CLICKHOUSE_URL looks like http://user:password@host:8123/database.',
    })
  }
}

async function embedded(directory: string): Promise<Engine> {
  const path = resolve(join(directory, 'clickhouse'))
  try {
    await mkdir(path, { recursive: true })
    // Loaded only when it is wanted: the engine is a library of some 100 MB.
    const { createChdbConnection } = await import('chdb/connection')
    // Structurally the same interface, from another patch release of @clickhouse/client-common.
    const session = () =>
      createClient({ connection: createChdbConnection({ path }) as unknown as ClientConnection, ...COMMON })
    const client = session()
    const bulk = session()
    const inserting = createChdbConnection({ path })
    return {
      client,
      command: async (query) => {
        await bulk.command({ query })
      },
      // The client would make one text of the statement and the lines; the engine takes their bytes as they are.
      insertLines: async (table, columns, values) => {
        await inserting.chdb.rawInsert({ table, columns, values, format: FORMAT })
      },
      close: async () => {
        await Promise.all([client, bulk, inserting].map((each) => each.close()))
      },
    }
  } catch (cause) {
    // The engine prints its reason (a lock) on standard error and tells the caller no more than "failed".
    throw (await isLocked(path))
      ? new SightlineError('HISTORY_IN_USE', `another process has the history in ${path} open`, {
          cause,
          hint: 'One process owns a history: stop the other vendor, or give this one its own --data.',
        })
      : unavailable(cause)
  }
}

/** Whether a process that lives has the folder open: the engine leaves its number in the file `status`. */
async function isLocked(path: string): Promise<boolean> {
  const status = await readFile(join(path, 'status'), 'utf8').catch(() => '')
  const pid = Number(/PID: (\d+)/.exec(status)?.[1])
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

const firstLine = (text: string) => text.split('\n')[0]!.slice(0, 300)
