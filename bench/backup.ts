import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Outgoing, publishAll } from '@sightline/broker/publish-all'
import { wholeNumber } from '@sightline/runtime/command-line/options'
import { root } from '@sightline/runtime/root'
import { EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import { SAVED } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import type { Benchmark, Report } from './benchmark.ts'
import { usageOf } from './edge/processes.ts'
import { auditContent } from './size/audit-content.ts'
import { startStack } from './stack/stack.ts'
import { storeDisplays } from './stack/store-displays.ts'

const SMALL = 10_000
/** One read saved into a case with its images, bytes, for so many audit records. */
const SAVED_BYTES = 200_000
const RECORDS_A_SAVED = 50

export const bench: Benchmark = {
  name: 'backup',
  summary: `time and memory of backup and restore, compared with ${SMALL} records: memory may not grow with them`,
  options: (command) =>
    command.option(
      '--records <n>',
      'audit records; as many displays',
      wholeNumber(1000, 10_000_000),
      100_000,
    ),
  run: async ({ records }, report) => {
    const small = await measureOne(SMALL)
    const large = await measureOne(records as number)
    for (const step of ['backup', 'check', 'restore'] as const) tell(report, step, small, large)
  },
}

interface Used {
  seconds: number
  cpuS: number
  /** The most that the command had of memory, and the server that it started. */
  peakMib: number
  serverMib: number
}
type Measured = Record<'backup' | 'check' | 'restore', Used> & { records: number; mib: number }

function tell(report: Report, step: 'backup' | 'check' | 'restore', small: Measured, large: Measured): void {
  const { records, mib } = large
  const yardstick = `${SMALL} records, ${Math.round(small.mib)} MiB`
  const figure = (metric: string, unit: string, now: number, then: number) =>
    report({
      ...{
        metric: `${step}_${metric}`,
        value: now,
        unit,
        yardstick,
        yardstickValue: then,
        ratio: now / then,
      },
      ...{ records, mib: Math.round(mib), load: loadavg()[0] },
    })
  figure('peak_mib', 'MiB', large[step].peakMib, small[step].peakMib)
  figure('s', 's', large[step].seconds, small[step].seconds)
  figure('cpu_s', 's', large[step].cpuS, small[step].cpuS)
  if (step === 'restore') figure('server_peak_mib', 'MiB', large.restore.serverMib, small.restore.serverMib)
}

/** Fills a broker, saves it while it runs, checks the file, and restores it. */
async function measureOne(records: number): Promise<Measured> {
  const stack = await startStack()
  try {
    await storeDisplays(stack, records)
    const admin = await stack.connect()
    await publishAll(admin, auditOf(records), { user: 'admin', answerMs: 60_000 })
    await publishAll(admin, savedOf(Math.ceil(records / RECORDS_A_SAVED)), { user: 'admin', inFlight: 64 })
    await admin.close()
    const at = (name: string) => join(stack.folder, name)
    await writeFile(at('passphrase'), 'correct horse battery staple\n', { mode: 0o600 })
    const secret = ['--passphrase-file', at('passphrase')]
    const file = at('a.backup')
    const from = ['--broker', stack.broker.url, '--keys', stack.broker.keys]
    const backup = await measure(['backup', '--out', file, '--by', 'bench', ...secret, ...from])
    const check = await measure(['restore', file, ...secret, '--check'])
    const who = ['--by', 'bench', '--reason', 'To see what it takes']
    const to = ['--data', at('restored'), '--api-data', at('restored-api')]
    const restore = await measure(['restore', file, ...secret, ...who, ...to])
    return { records, mib: statSync(file).size / 2 ** 20, backup, check, restore }
  } finally {
    await stack.stop()
    await rm(stack.folder, { recursive: true, force: true })
  }
}

function* auditOf(records: number): Iterable<Outgoing> {
  const world = {
    people: 20_000,
    cases: 100_000,
    displays: 1_000_000,
    start: Date.UTC(2026, 0, 1),
    everyMs: 300,
  }
  let end = EMPTY_CHAIN
  for (let number = 1; number <= records; number++) {
    const content = auditContent(number, world)
    const sealed = sealRecord(content, end)
    end = sealed.end
    yield { subject: auditSubject(content.actor), payload: sealed.text, msgID: end.hash }
  }
}

function* savedOf(count: number): Iterable<Outgoing> {
  for (let n = 0; n < count; n++) {
    // An image as text is as random as this.
    const payload = Buffer.alloc(SAVED_BYTES)
    for (let at = 0, x = n + 1; at < SAVED_BYTES; at += 4) {
      x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + at
      payload.writeInt32LE(x | 0, at)
    }
    yield { subject: `$KV.${SAVED}.case-${n % 100}.read-${n}`, payload, msgID: `saved-${n}` }
  }
}

const LOOK_MS = 50

/** Runs a subcommand as a process of its own, and looks at what it and its server have of the machine. */
async function measure(args: string[]): Promise<Used> {
  const begun = performance.now()
  const program = join(root, 'cli/dist/main.js')
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const used = { cpuS: 0, peakMib: 0, serverMib: 0 }
  const look = setInterval(() => {
    try {
      used.peakMib = Math.max(used.peakMib, peakOf(child.pid!))
      used.cpuS = usageOf(child.pid!).agentS
      const servers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
      for (const pid of servers.split(' ').filter((one) => one !== ''))
        used.serverMib = Math.max(used.serverMib, peakOf(Number(pid)))
    } catch {} // it ended at this moment
  }, LOOK_MS)
  const [status] = await once(child, 'exit')
  clearInterval(look)
  if (status !== 0) throw new Error(`./sightline ${args[0]} ended with status ${status}`)
  return { seconds: (performance.now() - begun) / 1000, ...used }
}

/** MiB; 0 of a process that has not begun. */
const peakOf = (pid: number) =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
