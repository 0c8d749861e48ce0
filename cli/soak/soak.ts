import { appendFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connectBroker } from '@sightline/broker/connect'
import { latestEntry } from '@sightline/broker/latest'
import { type Link, openLink } from '@sightline/broker/link'
import { followAlerts } from '@sightline/replay/alerts'
import { subscribeBroker } from '@sightline/replay/subscribe'
import { createLog } from '@sightline/runtime/log'
import type { Alert } from '@sightline/schemas/alert'
import type { Read } from '@sightline/schemas/read'
import { several } from '@sightline/schemas/several'
import { ALERTS, isReadStream, POSITIONS, positionIn, positionKey } from '@sightline/schemas/streams'
import { followReads } from '../demo/reads.ts'
import { signOn } from '../sign-on.ts'
import { delaysOf, type Line, leakLine, tallyLine } from './account.ts'
import { type Analyst, startAnalyst } from './analyst.ts'
import { auditLine } from './audit-line.ts'
import { type Cameras, startCameras } from './cameras.ts'
import { type Fault, planFaults, vehicleOf } from './plan.ts'
import { type System, startSystem } from './system.ts'

export interface SoakOptions {
  /** An empty folder; the run leaves its logs there. */
  data: string
  /** Milliseconds. */
  duration: number
  seed: number
  /** Mean time between two faults, milliseconds. */
  faultEvery: number
  /** Vehicles a second at noon. */
  rate: number
  /** Edge agents, each with three cameras. */
  agents: number
  /** People at work. */
  analysts: number
  /** Folder on a small disk of its own, for the broker: it will be filled. */
  smallDisk?: string | undefined
  say(line: string): void
  /** Ends the run early; what was done until then is accounted for. */
  signal: AbortSignal
}

export interface SoakResult {
  seed: number
  faults: Record<string, number>
  lines: Line[]
  /** Delay from the broker's storing a read to its alert on an analyst's stream, milliseconds. */
  delays: Record<string, number>
  /** What happened in the last minute, oldest first. */
  lastMinute: string[]
}

const PEOPLE = ['sam-okafor', 'dana-reyes']
const CONSOLES = 3
const LAST_MS = 60_000
const SAY_EVERY_MS = 10_000
/** How long what waits may take to arrive after the last fault. */
const DRAIN_MS = 300_000
const LOOK_MS = 500
const CLOCK_STEP_S = 3600

/** Runs the whole system through a simulated day of traffic, work and faults, and accounts for everything at the end. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { data, duration, seed, say, signal } = options
  const events: { at: number; text: string }[] = []
  const begun = performance.now()
  const tell = (text: string) => {
    const now = performance.now()
    const line = `${((now - begun) / 1000).toFixed(1)} s: ${text}`
    appendFileSync(join(data, 'events.log'), `${line}\n`)
    events.push({ at: now, text: line })
    while (events[0] && now - events[0].at > LAST_MS) events.shift()
  }
  await mkdir(data, { recursive: true })
  say('starting broker, matchers, vendor, api and edge agents …')
  const { agents, smallDisk } = options
  const system = await startSystem({
    ...{ data, agents, seed, smallDisk },
    onRestart: (part) => tell(`${part} is started again`),
  })
  const log = createLog('soak', 'silent')
  const { url, keys } = system.broker
  const connect = (user: string) => connectBroker({ servers: url, keys, user }, log)
  const connections = await Promise.all([connect('observer'), connect('matcher'), connect('api')])
  const over = new AbortController()
  try {
    const stored = new Map<string, number>()
    const onRead = ({ plate }: Read) => {
      const vehicle = vehicleOf(plate)
      if (vehicle !== null) count(stored, String(vehicle))
    }
    await followReads(connections[0], [], onRead, over.signal)
    const raised = new Map<string, number>()
    const alerts = await subscribeBroker(connections[1], (alert) => count(raised, keyOf(alert)), ALERTS)
    const delays: number[] = []
    const shown = Array.from({ length: CONSOLES }, () => new Map<string, number>())
    const consoles = shown.map((seen) =>
      followAlerts(system.api.url, system.api.token, (alert) => {
        count(seen, keyOf(alert))
        delays.push(Date.now() - Date.parse(alert.readStoredAt))
      }),
    )
    const traffic = { seed, duration, rate: options.rate, cameras: system.cameras, signal: over.signal }
    const cameras = startCameras(traffic)
    const refused = new Map<string, number>()
    const people = PEOPLE.slice(0, options.analysts)
    const analysts = await Promise.all(
      people.map((person) =>
        startAnalyst({
          ...{ person, signal: over.signal },
          enter: () => signOn(system.api.url, system.api.token, person),
          everyMs: 1500,
          newVehicle: cameras.newVehicle,
          onDisplay: cameras.plant,
          onRefusal: (what, error) => {
            tell(`refused: ${what}: ${error.message}`)
            count(refused, `${what.replace(/\d+/, 'N')}: ${error.message}`)
          },
        }),
      ),
    )
    const faults = await disturb(system, options, {
      begun,
      tell,
      say: () => progress(cameras, analysts, stored, say),
    })
    say('no more faults: waiting until what is on its way has arrived …')
    const before = faults.held
    await Promise.all(analysts.map((one) => one.finish()))
    await patiently(cameras.finish(), tell, 'the cameras still have messages that no agent took')
    const link = await openLink(connections[2])
    const judged = await drained(link, () => sizeOf(cameras.taken, stored), tell)
    const watched = new Map(analysts.flatMap((one) => [...one.watched]))
    const expected = new Set([...watched].map(([display, vehicle]) => `${display} ${vehicle}`))
    await until(() => expected.size <= raised.size && shown.every((seen) => expected.size <= seen.size))
    const taken = new Set([...cameras.taken].map(String))
    const lines: Line[] = [
      tallyLine('each read that an agent took is stored once', { expected: taken, found: stored }),
      { what: 'each stored read is judged', ok: judged.waiting === 0, figures: judged, wrong: [] },
      tallyLine('each planted hit is one alert', { expected, found: raised }),
      ...shown.map((found, n) =>
        tallyLine(`console ${n + 1} was shown each alert once`, { expected, found }),
      ),
      await auditLine({ url, keys, out: join(data, 'audit') }, analysts),
      {
        what: 'no request was refused without a reason in a failing part',
        ok: refused.size === 0,
        figures: Object.fromEntries(refused),
        wrong: [...refused.keys()],
      },
      leakLine(before, system.held()),
    ]
    for (const one of consoles) one.close()
    await alerts.close()
    return {
      seed,
      faults: faults.counts,
      lines,
      delays: delaysOf(delays),
      lastMinute: events.map(({ text }) => text),
    }
  } finally {
    over.abort()
    for (const connection of connections) await connection.close()
    say('stopping …')
    await system.stop()
  }

  function progress(
    cameras: Cameras,
    analysts: readonly Analyst[],
    stored: ReadonlyMap<string, number>,
    say: (line: string) => void,
  ) {
    const displays = analysts.reduce((sum, { watched }) => sum + watched.size, 0)
    const seconds = Math.round((performance.now() - begun) / 1000)
    say(
      `${seconds} s: ${several(cameras.passed(), 'vehicle')} passed, ${several(cameras.taken.size, 'read')} taken, ${stored.size} stored, ${several(displays, 'display')}`,
    )
  }

  /** Does the planned faults, each at its time. */
  async function disturb(
    system: System,
    { faultEvery }: SoakOptions,
    { begun, tell, say }: { begun: number; tell(text: string): void; say(): void },
  ) {
    const plan = planFaults({ seed, duration, everyMs: faultEvery, parts: system.parts })
    const counts: Record<string, number> = {}
    const doing: Promise<void>[] = []
    const reached = (ms: number) => performance.now() - begun >= ms || signal.aborted
    let held = system.held()
    let saidAt = 0
    for (const fault of [...plan, null]) {
      const at = fault?.at ?? duration
      while (!reached(at)) {
        await pause(Math.min(100, Math.max(1, at - (performance.now() - begun))))
        if (performance.now() - saidAt < SAY_EVERY_MS) continue
        saidAt = performance.now()
        say()
      }
      if (!fault || signal.aborted) break
      if (doing.length === 0) held = system.held()
      tell(`${fault.kind} ${fault.part}${fault.lasts ? ` for ${(fault.lasts / 1000).toFixed(1)} s` : ''}`)
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
      doing.push(
        hurt(system, fault).catch((error: Error) => tell(`${fault.kind} ${fault.part}: ${error.message}`)),
      )
    }
    await Promise.all(doing)
    return { counts, held }
  }
}

async function hurt(system: System, { kind, part, lasts }: Fault): Promise<void> {
  if (kind === 'kill') system.signal(part, 'SIGKILL')
  else if (kind === 'freeze') {
    system.signal(part, 'SIGSTOP')
    await pause(lasts)
    system.signal(part, 'SIGCONT')
  } else if (kind === 'ahead' || kind === 'behind') {
    system.setClock(part, kind === 'ahead' ? CLOCK_STEP_S : -CLOCK_STEP_S)
    await pause(lasts)
    system.setClock(part, 0)
  } else if (kind === 'fill') {
    await system.fillDisk(true)
    await pause(lasts)
    await system.fillDisk(false)
  } else if (kind === 'leave') {
    await system.leave(part)
    await pause(lasts)
    await system.comeBack(part)
  } else {
    const gate = system.gate(part)
    gate?.set(kind === 'cut' ? 'cut' : 'stalled')
    await pause(lasts)
    gate?.set('open')
  }
}

const keyOf = ({ display, read }: Alert) => `${display.id} ${vehicleOf(read.plate) ?? 'another plate'}`

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

const sizeOf = (taken: ReadonlySet<number>, stored: ReadonlyMap<string, number>) => taken.size - stored.size

/** Waits for something that should come, and goes on without it after `DRAIN_MS`: the account then says what is missing. */
async function patiently(
  work: Promise<unknown>,
  tell: (text: string) => void,
  otherwise: string,
): Promise<void> {
  const late = Symbol('late')
  if ((await Promise.race([work, pause(DRAIN_MS, late, { ref: false })])) === late) tell(otherwise)
}

async function until(isDone: () => boolean): Promise<void> {
  const end = performance.now() + DRAIN_MS
  while (!isDone() && performance.now() < end) await pause(LOOK_MS)
}

/** Waits until every read is stored and judged. @returns how many wait */
async function drained(link: Link, missing: () => number, tell: (text: string) => void) {
  const reads = await openLink(link.connection, 'MATCHER')
  const end = performance.now() + DRAIN_MS
  for (;;) {
    let waiting = 0
    let last = 0
    for await (const { config, state } of reads.manager.streams.list()) {
      if (!isReadStream(config.name)) continue
      const entry = await latestEntry(link, POSITIONS, positionKey('matcher', config.name))
      const position = entry ? (positionIn(Buffer.from(entry.value).toString()) ?? 0) : 0
      waiting += Math.max(0, state.last_seq - position)
      last += state.last_seq
    }
    // The vendor's cameras go on, a read a second: between two of them nothing waits.
    if (waiting === 0 && missing() <= 0) return { stored: last, waiting }
    if (performance.now() > end) {
      tell(`${several(waiting, 'read')} not judged, ${several(missing(), 'read')} not stored`)
      return { stored: last, waiting }
    }
    await pause(LOOK_MS)
  }
}
