import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { CANARY_EVERY_MS, type HealthFacts, lightsOf } from '@sightline/api/administration/lights'
import { createUnread } from '@sightline/api/administration/unread'
import { freePort } from '@sightline/broker/free-port'
import { describe as describeHealth } from '@sightline/cli/commands/status'
import { instant } from '@sightline/runtime/clock'
import { root } from '@sightline/runtime/root'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { HealthAnswer, Light } from '@sightline/schemas/health'
import { isWell as allIsWell, LIGHT_NAMES, type LightName } from '@sightline/schemas/lights'
import {
  ALERTS,
  agentReads,
  CANARY,
  DISPLAYS,
  MAIL,
  READS,
  REJECTS,
  SIGHTINGS,
} from '@sightline/schemas/streams'
import { alertSubject, healthSubject, readSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { readsManager } from '../../support/broker.ts'
import { aDisplay } from '../../support/displays.ts'
import { runInProcess } from '../../support/in-process.ts'
import { endMatchers, type MatcherProcess, spawnMatcher } from '../../support/matchers.ts'
import { aRead, gate } from '../../support/reads.ts'
import { bodyOf, type Rig, startRig } from '../harness.ts'

/** The goal is ten seconds; the rest is for a machine that does other things besides. */
const SOON_MS = 12_000
/** What must come back has no goal. */
const PATIENT_MS = 60_000

/** Of Debian's package prometheus. */
const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0

let rig: Rig
let matcher: MatcherProcess
let skewMs = 0
/** Monitor ports of the api and of the matcher. */
let monitors: string[] = []

/** `./sightline status` */
const runStatus = (...args: string[]) =>
  runInProcess('status', () => import('@sightline/cli/commands/status'), [...args, '--api', rig.api.url])

const health = () => bodyOf<HealthAnswer>(rig.call('/health'))
const lightOf = async (name: LightName): Promise<Light> =>
  (await health()).lights.find((one) => one.name === name)!

/** Waits until a light has a state and a code. */
const turns = (name: LightName, state: Light['state'], code: string | null, timeout = SOON_MS) =>
  vi.waitFor(async () => expect(await lightOf(name)).toMatchObject({ state, code }), {
    timeout,
    interval: 200,
  })

/** Waits until a read that came now would become an alert. */
const isWell = () =>
  vi.waitFor(
    async () => {
      const answer = await rig.call('/health')
      const { status, lights } = await bodyOf<HealthAnswer>(answer)
      const wrong = lights.filter(({ state }) => state !== 'ok')
      expect([answer.status, status, wrong]).toEqual([200, 'ok', []])
    },
    { timeout: PATIENT_MS, interval: 200 },
  )

beforeAll(async () => {
  const port = await freePort()
  const matcherPort = await freePort()
  monitors = [port, matcherPort].map((one) => `http://127.0.0.1:${one}`)
  rig = await startRig({
    canaryMs: CANARY_EVERY_MS,
    hostClock: () => Date.now() + skewMs,
    monitor: { port, host: '127.0.0.1' },
  })
  matcher = await spawnMatcher(rig.broker, 'm1', ['--monitor-port', String(matcherPort)])
})
afterAll(async () => {
  endMatchers()
  await rig?.close()
})

describe('the lights', () => {
  const WELL: HealthFacts = {
    ...{
      connected: true,
      answeredMs: 100,
      streamsMs: 100,
      silent: null,
      lost: 0,
      thin: 0,
      alertMs: null,
      alertsUnreadMs: 0,
    },
    reads: { states: ['judged', 'judged'], fullUnjudged: 0, unheld: 0, lastMs: 50 },
    canary: { throughMs: 100, delayMs: 7, failed: null, alertsRefused: null, everyMs: CANARY_EVERY_MS },
    ...{ auditRefused: null, diskFree: 0.5, apiAheadMs: 3, matcherAheadMs: 3, camerasOff: 0 },
    ...{ certificateMs: null, certificatesEnding: 0, cameras: { all: 2, silent: 0 } },
  }
  const DAY_MS = 86_400_000
  const cases: [string, Partial<HealthFacts>, LightName, Light['state'], boolean][] = [
    ['a quorum is lost', { lost: 1 }, 'quorum', 'fault', false],
    ['the streams do not answer', { streamsMs: 7000, silent: 'timeout' }, 'quorum', 'fault', false],
    ['alerts do not come to this api', { alertsUnreadMs: 7000 }, 'alerts', 'fault', false],
    ['a copy is not there', { thin: 3 }, 'quorum', 'warning', true],
    ['the broker does not answer', { answeredMs: 7000 }, 'broker', 'fault', false],
    ['nothing was asked yet', { answeredMs: null }, 'broker', 'unknown', false],
    ['the reads are not known', { reads: null }, 'judged', 'unknown', false],
    ['the disk is nearly full', { diskFree: 0.05 }, 'disk', 'warning', true],
    ['the disk is full', { diskFree: 0.01 }, 'disk', 'fault', false],
    ['a certificate ends in a week', { certificateMs: 7 * DAY_MS }, 'certificates', 'warning', true],
    ['a certificate has ended', { certificateMs: -1 }, 'certificates', 'fault', false],
    ['a clock is off by hours', { apiAheadMs: 36_000_000 }, 'clocks', 'warning', true],
    ['the clock of the matcher is behind', { matcherAheadMs: -5000 }, 'clocks', 'warning', true],
    ['the clock of a camera is off', { camerasOff: 1 }, 'clocks', 'warning', true],
    [
      'no test read came for too long',
      { canary: { ...WELL.canary!, throughMs: 9500 } },
      'canary',
      'fault',
      false,
    ],
    [
      'test reads are seldom by choice',
      { canary: { ...WELL.canary!, throughMs: 50_000, everyMs: 60_000 } },
      'canary',
      'ok',
      true,
    ],
    [
      'no test read came back, so nobody knows about alerts',
      { canary: { ...WELL.canary!, failed: 'none came' } },
      'alerts',
      'unknown',
      false,
    ],
    ['the broker is gone, which knew the cameras', { connected: false }, 'agents', 'unknown', false],
    ['test reads are off by choice', { canary: null }, 'canary', 'off', true],
    [
      'a stream is behind',
      { reads: { ...WELL.reads!, states: ['judged', 'behind'] } },
      'judged',
      'fault',
      false,
    ],
  ]
  it('are all on when nothing is wrong', () => {
    const lights = lightsOf(WELL)
    expect(lights.map(({ name }) => name)).toEqual(LIGHT_NAMES)
    expect(lights.filter(({ state, code }) => state !== 'ok' || code !== null)).toEqual([])
    expect(allIsWell(lights)).toBe(true)
  })
  it('are no proof to ./sightline status when no test reads are sent', () => {
    const sumOf = (facts: HealthFacts) =>
      describeHealth({
        ...{ status: 'ok', broker: 'connected', audit: 'writable', reads: 'judged', version: '1' },
        ...{ uptimeSeconds: 1, at: instant(0), lights: lightsOf(facts) },
      })[0]
    expect(sumOf(WELL)).toContain('A read that comes now becomes an alert in time.')
    expect(sumOf({ ...WELL, canary: null })).toContain('no test read shows')
  })
  it('read aloud by ./sightline status, say what an age is of, and deny nothing that their name claims', () => {
    const lights = lightsOf({
      ...{ ...WELL, certificateMs: 7 * DAY_MS },
      canary: { ...WELL.canary!, throughMs: 300_000, failed: 'no alert came within 4 s' },
    })
    const lines = describeHealth({
      ...{ status: 'degraded', broker: 'connected', audit: 'writable', reads: 'judged', version: '1' },
      ...{ uptimeSeconds: 1, at: instant(0), lights },
    }).map((line) => line.replace(/ {2,}/g, '  '))
    expect(lines).toEqual(
      expect.arrayContaining([
        'ok  Broker  the broker answers, last answer 0 s ago (at most 6 s)',
        'FAULT  Test reads  no alert came within 4 s, last one back 5 min ago (at most 9 s) [CANARY_FAILED]',
        "WARNING  Certificates  the broker's certificate ends in 7 days [CERTIFICATE_ENDING]",
      ]),
    )
  })
  it.each(cases)('say it when %s', (_what, change, name, state, well) => {
    const lights = lightsOf({ ...WELL, ...change })
    expect(lights.find((one) => one.name === name)).toMatchObject({ state })
    expect(allIsWell(lights)).toBe(well)
  })
})

it('an alert that is stored and not read is noticed, not one that is gone', () => {
  const unread = createUnread()
  const look = (last: number, messages: number, reached: number, now: number) => {
    unread.look({ last, messages }, reached, now)
    return unread.ms(reached, now)
  }
  expect(look(10, 10, 10, 0)).toBe(0)
  // In a flood more come all the time, and are read.
  expect([look(500, 500, 10, 2000), look(900, 900, 500, 4000), look(1300, 1300, 900, 6000)]).toEqual([
    0, 0, 0,
  ])
  // Then none of those that were there at six seconds is.
  expect([look(1400, 1400, 900, 8000), look(1500, 1500, 900, 13_000)]).toEqual([2000, 7000])
  expect([unread.ms(1300, 14_000), look(1500, 1500, 1500, 14_000)]).toEqual([0, 0])
  // The stream is emptied, or created again.
  expect([look(1600, 1600, 1500, 16_000), look(1600, 1600, 1500, 20_000)]).toEqual([0, 4000])
  expect([look(1600, 0, 1500, 22_000), look(3, 3, 1500, 24_000)]).toEqual([0, 0])
})

describe('a system that works', () => {
  it('says so, with the age of each thing; the process alone is at /live', async () => {
    await isWell()
    const canary = await lightOf('canary')
    expect(canary.says).toMatch(/^it took \d+ ms$/)
    expect(canary.ageSeconds).toBeLessThanOrEqual(canary.boundSeconds!)
    // No camera has sent anything: what came are test reads.
    expect((await lightOf('reads')).ageSeconds).toBeNull()
    const manager = await readsManager(rig.admin)
    const { config } = await manager.streams.info(agentReads(0))
    await manager.streams.update(agentReads(0), { ...config, subjects: [readSubject('car', '*')] })
    const read = aRead({ source: 'car' })
    await jetstream(rig.admin).publish(readSubject('car', read.camera.id), JSON.stringify(read))
    await manager.streams.update(agentReads(0), config)
    await vi.waitFor(async () => expect((await lightOf('reads')).ageSeconds).toBeLessThan(10), PATIENT_MS)
    // Whoever drives past a camera learns nothing from it.
    await jetstream(rig.admin).publish(alertSubject('watcher'), 'an alert')
    const { status, lights } = await health()
    expect([status, lights.find(({ name }) => name === 'alerts')!.ageSeconds]).toEqual(['ok', null])
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${monitors[0]}/metrics`)).text()
      expect(metrics).toContain('sightline_api_light_age_seconds{light="alerts"}')
    }, PATIENT_MS)
    expect((await lightOf('alerts')).ageSeconds).toBeNull()
    await (await jetstreamManager(rig.admin)).streams.purge(ALERTS)
    expect((await rig.call('/live')).status).toBe(200)
  })

  it('keeps its test reads from everything that people see', async () => {
    const manager = await jetstreamManager(rig.admin)
    const kv = await new Kvm(jetstream(rig.admin)).open(DISPLAYS)
    // It would match the test reads' plate, and every other of its length.
    await kv.put('watcher', JSON.stringify(aDisplay({ id: 'watcher', plate: 'CANARY????' })))
    const sent = async () => (await manager.streams.info(CANARY)).state.last_seq
    const before = await sent()
    // The display is known by then.
    await vi.waitFor(async () => expect(await sent()).toBeGreaterThan(before + 1), PATIENT_MS)
    for (const stream of [ALERTS, SIGHTINGS, REJECTS, `KV_${MAIL}`])
      expect([stream, (await manager.streams.info(stream)).state.messages]).toEqual([stream, 0])
    expect(await bodyOf(rig.call('/v1/alerts'))).toMatchObject({ alerts: [] })
    expect((await bodyOf<{ displays: { id: string }[] }>(rig.call('/v1/displays'))).displays).toEqual([
      expect.objectContaining({ id: 'watcher' }),
    ])
    await kv.delete('watcher')
  })

  it('that cannot be reached: ./sightline status says why', async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    const said = await runInProcess('status', () => import('@sightline/cli/commands/status'), ['--api', away])
    expect([said.status, said.stderr]).toEqual([69, expect.stringContaining('ECONNREFUSED')])
  })

  it('is well for ./sightline status', async () => {
    const { status, stdout } = await runStatus()
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^A read that comes now becomes an alert in time/),
    ])
  })
})

describe('the alert rules and dashboards', () => {
  const read = (path: string) => readFileSync(join(root, 'deploy', path), 'utf8')
  const { groups } = parse(read('prometheus/sightline.rules.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[]
  }
  const rules = groups.flatMap((group) => group.rules)
  /** What Prometheus adds. */
  const ADDED = ['instance', 'job']

  /** Label names of each series that the services expose; null while one has no series. */
  async function exposed(): Promise<Map<string, Set<string> | null>> {
    const found = new Map<string, Set<string> | null>()
    const texts = await Promise.all(
      monitors.map(async (monitor) => (await fetch(`${monitor}/metrics`)).text()),
    )
    for (const line of texts.join('\n').split('\n')) {
      const [, declared] = /^# TYPE (\w+)/.exec(line) ?? []
      if (declared && !found.has(declared)) found.set(declared, null)
      const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? []
      if (!name || line.startsWith('#')) continue
      const all = found.get(name) ?? new Set()
      for (const [, label] of labels.matchAll(/(\w+)="/g)) all.add(label!)
      found.set(name, all)
    }
    return found
  }

  /** Names of metrics in a query, each with the labels that it is asked for. */
  function asked(query: string): { name: string; labels: string[] }[] {
    const grouped = [...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names]) => names!.split(/,\s*/))
    return [...query.matchAll(/\b(sightline_\w+)(?:\{([^}]*)\})?/g)].map(([, name, selector = '']) => ({
      name: name!,
      labels: [...grouped, ...[...selector.matchAll(/(\w+)\s*=~?"/g)].map(([, label]) => label!)],
    }))
  }

  it('use only metrics and labels that the services expose', async () => {
    await isWell()
    const found = await exposed()
    const dashboard = JSON.parse(read('grafana/sightline-health.json')) as {
      panels: { targets: { expr: string }[] }[]
    }
    const queries = [
      ...rules.map(({ expr }) => expr),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ]
    const wanted = queries.flatMap(asked)
    expect(new Set(wanted.map(({ name }) => name)).size).toBeGreaterThan(10)
    for (const { name, labels } of wanted) {
      expect([...found.keys()], name).toContain(name)
      const known = found.get(name)
      if (known) expect([...known, ...ADDED], name).toEqual(expect.arrayContaining(labels))
    }
    // The lights that a rule or text names are there, and a text names only labels that its query keeps.
    for (const { alert, expr, annotations } of rules) {
      for (const [, names] of expr.matchAll(/light=~"([^"]*)"/g))
        expect(LIGHT_NAMES, alert).toEqual(expect.arrayContaining(names!.split('|')))
      const kept = [...expr.matchAll(/\bby\s*\(([^)]*)\)/g)].map(([, label]) => label)
      for (const [, label] of Object.values(annotations)
        .join()
        .matchAll(/\$labels\.(\w+)/g))
        expect(kept, alert).toContain(label)
    }
  })

  it('have a row in the README for each rule', () => {
    const rows = [...read('prometheus/README.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    expect(rows).toEqual(rules.map(({ alert }) => alert))
  })

  it.skipIf(!HAS_PROMTOOL)('are valid for Prometheus', () => {
    const file = join(root, 'deploy/prometheus/sightline.rules.yaml')
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('within ten seconds, the right light says', () => {
  it('that a matcher is frozen, and that the reads are full behind it', async () => {
    await isWell()
    const manager = await readsManager(rig.admin)
    const { config } = await manager.streams.info(READS)
    matcher.signal('SIGSTOP')
    await Promise.all([
      turns('matchers', 'fault', 'MATCHER_MISSING'),
      turns('canary', 'fault', 'CANARY_FAILED'),
    ])
    expect((await rig.call('/health')).status).toBe(503)
    expect(await health()).toMatchObject({ status: 'degraded' })
    await manager.streams.update(READS, { ...config, max_bytes: 30_000 })
    const publish = async () => {
      for (let n = 0; n < 100; n++) {
        const read = aRead({ plate: `X${n}`, camera: { ...gate, id: `gate-${n}` } })
        await jetstream(rig.admin).publish(readSubject('edge', read.camera.id), JSON.stringify(read))
      }
    }
    await expect(publish()).rejects.toThrow('maximum bytes exceeded')
    await turns('reads', 'fault', 'READS_FULL')
    await turns('judged', 'fault', 'READS_STILL')
    const { status, stdout } = await runStatus('--json')
    expect([status, JSON.parse(stdout)]).toEqual([69, expect.objectContaining({ status: 'degraded' })])
    matcher.signal('SIGCONT')
    await manager.streams.update(READS, config)
    await isWell()
  })

  it('that a matcher was killed', async () => {
    await matcher.kill()
    await turns('matchers', 'fault', 'MATCHER_MISSING')
    matcher = await spawnMatcher(rig.broker, 'm1')
    await isWell()
  })

  it('that no alert can be stored, though everything else works', async () => {
    const manager = await jetstreamManager(rig.admin)
    const { config } = await manager.streams.info(ALERTS)
    await manager.streams.update(ALERTS, { ...config, subjects: ['elsewhere.*'] })
    await turns('alerts', 'fault', 'ALERTS_REFUSED')
    expect(await lightOf('judged')).toMatchObject({ state: 'ok' })
    expect((await rig.call('/health')).status).toBe(503)
    await manager.streams.update(ALERTS, config)
    await isWell()
  })

  it('that the audit log cannot be written', async () => {
    const mend = await rig.breakAudit()
    await turns('audit', 'fault', 'AUDIT_UNAVAILABLE')
    expect((await rig.call('/health')).status).toBe(503)
    await mend()
    await isWell()
  })

  it('that an agent is gone, that a certificate ends, that a clock is off', async () => {
    const js = jetstream(rig.admin)
    const report = async (camera: string, ago: number, change: Partial<CameraHealth>) => {
      const at = instant(Date.now() - ago)
      const text: CameraHealth = {
        ...{
          v: 1,
          camera,
          at,
          startedAt: at,
          agentVersion: '1',
          state: 'ok',
          stateSince: at,
          lastError: null,
        },
        ...{
          framesSeen: 1,
          framesStill: 0,
          framesProcessed: 1,
          framesDropped: 0,
          framesRejected: 0,
          reads: 0,
        },
        ...{ meanConfidence: null, brightness: null, sharpness: null, clockOffsetMs: null, spool: null },
        ...change,
      }
      await js.publish(healthSubject(camera), JSON.stringify(text))
    }
    const warnings = [{ code: 'CERTIFICATE_ENDING', message: 'it ends', since: instant(Date.now()) }]
    await report('gone', 90_000, {})
    await report('ending', 0, { warnings })
    await Promise.all([
      turns('agents', 'warning', 'AGENT_SILENT'),
      turns('certificates', 'warning', 'CERTIFICATE_ENDING'),
    ])
    skewMs = 10_000
    await turns('clocks', 'warning', 'CLOCK_WRONG')
    // A read that comes now becomes an alert all the same.
    expect((await rig.call('/health')).status).toBe(200)
    // A step by which reads of that time are refused: the broker's time counts, and test reads go on.
    skewMs = 3_600_000
    await vi.waitFor(async () => expect((await lightOf('clocks')).says).toContain('36'), PATIENT_MS)
    const sent = (await (await jetstreamManager(rig.admin)).streams.info(CANARY)).state.last_seq
    await vi.waitFor(async () => {
      const { state } = await (await jetstreamManager(rig.admin)).streams.info(CANARY)
      expect(state.last_seq).toBeGreaterThan(sent + 1)
    }, PATIENT_MS)
    expect(await lightOf('canary')).toMatchObject({ state: 'ok' })
    skewMs = 0
    await (await jetstreamManager(rig.admin)).streams.purge('HEALTH')
    await isWell()
  })

  it('that the broker is gone', async () => {
    await rig.killBroker()
    await turns('broker', 'fault', 'BROKER_UNREACHABLE')
    expect(await health()).toMatchObject({ status: 'unavailable', broker: 'disconnected' })
    await rig.restartBroker()
    await isWell()
  })
})
