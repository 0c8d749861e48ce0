import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client'
import { SightlineError } from '@sightline/schemas/errors'
import { COMMON, type Engine, LINES, rowsOf } from './engine.ts'

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>

/**
 * ClickHouse inside this process. Its sessions do one statement after the other: a search waited seconds for a batch of
 * the stream, and for as long as a piece of the past took to be written. So each kind of work has a session of its own.
 * @throws HISTORY_IN_USE, and what the engine throws
 */
export async function openEmbedded(directory: string): Promise<Engine> {
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
      select: (query, params) => rowsOf(client, query, params),
      insertRows: async (table, values) => {
        await client.insert({ table, values, format: 'JSONEachRow' })
      },
      // The client would make one text of the statement and the lines; the engine takes their bytes as they are.
      insertLines: async (table, columns, values) => {
        await inserting.chdb.rawInsert({ table, columns, values, format: LINES })
      },
      command: async (query) => {
        await bulk.command({ query })
      },
      settle: async () => {},
      close: async () => {
        await Promise.all([client, bulk, inserting].map((each) => each.close()))
      },
    }
  } catch (cause) {
    // The engine prints its reason (a lock) on standard error and tells the caller no more than "failed".
    if (!(await isLocked(path))) throw cause
    throw new SightlineError('HISTORY_IN_USE', `another process has the history in ${path} open`, {
      cause,
      hint: 'One process owns a history: stop the other vendor, or give this one its own --data.',
    })
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
