import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { jetstreamManager } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { createLog } from '@sightline/runtime/log'
import { root } from '@sightline/runtime/root'
import { apiOf } from '@sightline/schemas/bridges'
import { type CameraHealth, cameraHealthParser } from '@sightline/schemas/camera-health'
import { type Read, readParser } from '@sightline/schemas/read'
import { agentReads, HEALTH } from '@sightline/schemas/streams'
import { healthSubject } from '@sightline/schemas/subjects'
import { pssMbOf, type Usage, usageOf } from './processes.ts'

/** The agent as an installer starts it: the real program, with a real broker. */

const log = createLog('bench', 'silent')
/** How often a running agent is measured, ms. */
const SAMPLE_MS = 50
/** Slow, because the kernel walks all pages to attribute them. */
const SAMPLE_PSS_MS = 1000

export interface CameraSource {
  id: string
  source: Record<string, unknown>
}

export interface RunningAgent {
  /** Used so far. */
  usage(): Usage
  /** Most memory so far. */
  peakRssMb(): number
  /** The same, counting memory shared by processes once. */
  peakPssMb(): number
  /** Settles when the agent has ended, by itself or by `stop`. @returns its usage just before */
  ended: Promise<Usage>
  stop(): void
}

export async function startBroker(cameras: readonly string[], dataDir: string): Promise<EmbeddedBroker> {
  return startEmbeddedBroker({ syncAlways: false, vendors: [], edges: { edge: [...cameras] }, dataDir, log })
}

/**
 * Starts `./sightline edge run` and waits until it reports that it reads.
 * @param core of the processor, shared by agent and decoders; by default any
 */
export async function startAgent(
  words: readonly string[],
  broker: EmbeddedBroker,
  folder: string,
  core?: number,
): Promise<RunningAgent> {
  const main = [process.execPath, join(root, 'cli/dist/main.js'), 'edge', 'run', ...words]
  const links = ['--broker', broker.url, '--keys', broker.keys, '--spool', join(folder, 'spool'), '--json']
  const [program, ...args] = [
    ...(core === undefined ? [] : ['taskset', '-c', String(core)]),
    ...main,
    ...links,
  ]
  const child = spawn(program!, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SIGHTLINE_LOG: 'error', ...serviceEnvironment() },
  })
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk}`.slice(-1000)
  })
  let last: Usage = { agentS: 0, decoderS: 0, rssMb: 0 }
  let peakRssMb = 0
  let peakPssMb = 0
  const sample = () => {
    const usage = usageOf(child.pid!)
    if (usage.rssMb > 0) last = usage
    peakRssMb = Math.max(peakRssMb, usage.rssMb)
    return last
  }
  const samplings = [
    setInterval(sample, SAMPLE_MS),
    setInterval(() => {
      peakPssMb = Math.max(peakPssMb, pssMbOf(child.pid!))
    }, SAMPLE_PSS_MS),
  ]
  const ended = once(child, 'exit').then(([status]) => {
    for (const sampling of samplings) clearInterval(sampling)
    if (status !== 0) throw new Error(`the agent ended with status ${status}: ${lastWords}`)
    return last
  })
  await Promise.race([isReady(child), ended])
  return {
    usage: sample,
    peakRssMb: () => peakRssMb,
    peakPssMb: () => peakPssMb,
    ended,
    stop: () => void child.kill('SIGTERM'),
  }
}

/** The service's allocator settings, so that the benchmark measures what an installation uses. */
function serviceEnvironment(): Record<string, string> {
  const service = readFileSync(join(root, 'deploy/edge/sightline-edge.service'), 'utf8')
  return Object.fromEntries(
    [...service.matchAll(/^Environment=(MALLOC_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )
}

const isReady = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => line.includes('"ready"') && resolve())
  })

/** Writes the configuration of these cameras. @returns the arguments that name it */
export async function writeConfigs(cameras: readonly CameraSource[], folder: string): Promise<string[]> {
  const path = join(folder, 'edge.json')
  const owner = { owner: 'Benchmark', ownerType: 'agency', kind: 'fixed' }
  await writeFile(path, JSON.stringify({ cameras: cameras.map((camera) => ({ ...owner, ...camera })) }))
  return ['--config', path]
}

/** The cameras' last reports, as the agency has them, and how many reads it got. */
export async function lastReports(
  broker: EmbeddedBroker,
  cameras: readonly string[],
): Promise<{ reports: CameraHealth[]; reads: number }> {
  const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
  try {
    const manager = await jetstreamManager(admin)
    const reports: CameraHealth[] = []
    for (const camera of cameras) {
      const message = await manager.streams.getMessage(HEALTH, { last_by_subj: healthSubject(camera) })
      if (message) reports.push(cameraHealthParser.parseJson(message.data))
    }
    const reads = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
    return { reports, reads: (await reads.streams.info(agentReads(0))).state.messages }
  } finally {
    await admin.close()
  }
}

/** All reads that the agency got, in their order. */
export async function storedReads(broker: EmbeddedBroker): Promise<Read[]> {
  const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
  try {
    const manager = await jetstreamManager(admin, { apiPrefix: apiOf('MATCHER') })
    const { state } = await manager.streams.info(agentReads(0))
    const reads: Read[] = []
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await manager.streams.getMessage(agentReads(0), { seq })
      if (message) reads.push(readParser.parseJson(message.data))
    }
    return reads
  } finally {
    await admin.close()
  }
}
