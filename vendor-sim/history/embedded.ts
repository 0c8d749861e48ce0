import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client'
import { SightlineError } from '@sightline/schemas/errors'
import { COMMON, type Engine, LINES, rowsOf } from './engine.ts'

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>

/**
 * ClickHouse inside this process. A session runs one statement after another: a search had to wait seconds for a batch
 * of the stream, and even longer for the seeding of history. So each kind of work has its own session.
 * @throws HISTORY_IN_USE, and what the engine throws
 */
export async function openEmbedded(directory: string): Promise<Engine> {
  const path = resolve(join(directory, 'clickhouse'))
  try {
    await mkdir(path, { recursive: true })
    // Loaded only when needed: the engine is a library of some 100 MB.
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
      // The client would convert statement and lines into one string; the engine takes their bytes as they are.
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
    // The engine prints its reason (a lock) on standard error and tells the caller only "failed".
    if (!(await isLocked(path))) throw cause
    throw new SightlineError('HISTORY_IN_USE', `another process has the history in ${path} open`, {
      cause,
      hint: 'Only one process can use a history: stop the other vendor, or give this one a different --data folder.',
    })
  }
}

/** Whether a running process has the folder open: the engine writes its process id into the file `status`. */
async function isLocked(path: string): Promise<boolean> {
  const status = await readFile(join(path, 'status'), 'utf8').catch(() => '')
  const pid = Number(/PID: (\d+)/.exec(status)?.[1])
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}
