import { createHash, generateKeyPairSync } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { eachLine, verifyLog } from '@sightline/api/audit/verify'
import { instant } from '@sightline/runtime/clock'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { signCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { type ChainEnd, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import type { Benchmark } from './benchmark.ts'
import { measureTime, temporaryFolder } from './measure.ts'

const RUNS = 3
const START = Date.UTC(2026, 0, 1)

export const bench: Benchmark = {
  name: 'audit',
  summary: 'records of an exported audit log that are verified a second',
  options: (command) =>
    command.option('--records <n>', 'length of the log', wholeNumber(1000, 100_000_000), 1_000_000),
  run: async (options, report) => {
    const count = Number(options.records)
    const folder = await temporaryFolder('sightline-audit-')
    const path = join(folder, 'audit.ndjson')
    try {
      const end = await writeLog(path, count)
      const keys = generateKeyPairSync('ed25519')
      const checkpoints = [signCheckpoint(end, instant(START), keys)]
      const rates: number[] = []
      const bare: number[] = []
      const cpuUs: number[] = []
      for (let run = 0; run < RUNS; run++) {
        const verify = () => verifyLog((add) => eachLine(path, add), checkpoints, keys.publicKey)
        const { result, ms, cpuS } = await measureTime(verify)
        if (result.records !== count || result.faults.length > 0) throw new Error('the log is not whole')
        rates.push((1000 * count) / ms)
        cpuUs.push((1e6 * cpuS) / count)
        const hash = await measureTime(() => pipeline(createReadStream(path), createHash('sha256')))
        bare.push((1000 * count) / hash.ms)
      }
      const [value, yardstickValue] = [median(rates), median(bare)]
      report({
        metric: 'audit_verify',
        value,
        unit: 'records/s',
        cpuUs: median(cpuUs),
        records: count,
        yardstick: 'one SHA-256 over the same file',
        yardstickValue,
        ratio: value / yardstickValue,
        load: loadavg()[0],
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Writes records like those of queries. @returns the end of the chain */
async function writeLog(path: string, count: number): Promise<ChainEnd> {
  let end = EMPTY_CHAIN
  function* lines() {
    for (let i = 0; i < count; i++) {
      const parameters = {
        plate: `7ABC${i % 1000}`,
        region: 'us-ca',
        caseRef: `CASE-${i % 97}`,
        from: instant(START),
        to: instant(START + i),
      }
      const record = { at: instant(START + 1000 * i), actor: `analyst-${i % 40}`, subject: null, parameters }
      const next = sealRecord({ ...record, action: 'display.view' }, end)
      end = next.end
      yield `${next.text}\n`
    }
  }
  await pipeline(lines, createWriteStream(path))
  return end
}
