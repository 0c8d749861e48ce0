import { appendFile, readFile } from 'node:fs/promises'
import { connectBroker } from '@sightline/broker/connect'
import type { EmbeddedBroker } from '@sightline/broker/embedded'
import { sealKeyPath } from '@sightline/broker/keys'
import { createLog } from '@sightline/runtime/log'
import { type Recorded, sampleStore, streamNames } from './stored.ts'

/** Before a broker of a test ends, what it stores is written to a file: one line of JSON a broker (record.test.ts). */
export function recordAtStop(broker: EmbeddedBroker): EmbeddedBroker {
  const { stop } = broker
  let isDone = false
  return {
    ...broker,
    async stop() {
      if (!isDone) await record(broker).catch(() => {}) // the test has killed it
      isDone = true
      await stop()
    },
  }
}

async function record({ url, keys }: EmbeddedBroker): Promise<void> {
  const address = { servers: url, keys, user: 'admin' }
  const admin = await connectBroker(address, createLog('record', 'silent'), 3000)
  try {
    const seal = (await readFile(sealKeyPath(keys), 'utf8')).trim()
    const declared = await streamNames(admin)
    const recorded: Recorded = { seal, declared, messages: await sampleStore(admin) }
    await appendFile(process.env.SIGHTLINE_RECORD_TO!, `${JSON.stringify(recorded)}\n`)
  } finally {
    await admin.close()
  }
}
