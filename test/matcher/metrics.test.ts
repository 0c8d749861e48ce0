import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { publishUntilStored } from '@sightline/broker/publish'
import { type Matcher, startMatcher } from '@sightline/matcher/main'
import { createMatcherMetrics, type MatcherFigures } from '@sightline/matcher/metrics'
import { root } from '@sightline/runtime/root'
import { DISPLAYS, READS } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead, gate } from '../support/reads.ts'

/** The value of one line of `/metrics`, undefined when it is not there. */
function metric(text: string, line: string): number | undefined {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

const COUNTS = {
  reads: 12,
  alerts: 3,
  testAlerts: 5,
  repeats: 2,
  refused: 1,
  forged: 0,
  lost: 0,
  malformed: 0,
  foreign: 4,
}

describe('metrics', () => {
  const figures = (change: Partial<MatcherFigures> = {}): MatcherFigures => ({
    counts: COUNTS,
    index: { size: 5, bytes: 320 },
    partitions: () => [{ stream: 'READS', reached: 90 }],
    rooms: () => [
      { stream: 'READS', state: 'still', fullInSeconds: 90 },
      { stream: 'READS_a0', state: 'judged', fullInSeconds: null },
    ],
    stateOf: async () => ({ last: 100, used: 0.25 }),
    ...change,
  })

  test('are computed when they are requested', async () => {
    const counts = { ...COUNTS }
    const { registry } = createMatcherMetrics(figures({ counts }))
    const before = await registry.metrics()
    counts.reads = 20
    const after = await registry.metrics()
    expect(metric(before, 'sightline_matcher_reads_total')).toBe(12)
    expect(metric(after, 'sightline_matcher_reads_total')).toBe(20)
    expect(metric(after, 'sightline_matcher_refused_total')).toBe(1)
    expect(metric(after, 'sightline_matcher_foreign_total')).toBe(4)
    expect(metric(after, 'sightline_matcher_index_bytes')).toBe(320)
    expect(metric(after, 'sightline_matcher_lag_reads{stream="READS"}')).toBe(10)
    expect(metric(after, 'sightline_matcher_room_used{stream="READS"}')).toBe(0.25)
    const ofBoth = (name: string) =>
      ['READS', 'READS_a0'].map((stream) => metric(after, `sightline_matcher_${name}{stream="${stream}"}`))
    expect(ofBoth('reads_late')).toEqual([1, 0])
    expect(after).toContain('sightline_matcher_full_in_seconds{stream="READS"} 90\n')
    expect(after).toContain('sightline_matcher_full_in_seconds{stream="READS_a0"} +Inf\n')
  })

  test('leave out the lag of a stream that is unknown, or has moved away', async () => {
    let away = true
    let partitions = [{ stream: 'READS_1', reached: 4 }]
    const { registry } = createMatcherMetrics(
      figures({
        partitions: () => partitions,
        stateOf: async () => {
          if (away) throw new Error('away')
          return { last: 7, used: 0 }
        },
      }),
    )
    const lag = async () => metric(await registry.metrics(), 'sightline_matcher_lag_reads{stream="READS_1"}')
    expect(await lag()).toBeUndefined()
    away = false
    expect(await lag()).toBe(3)
    partitions = []
    expect(await lag()).toBeUndefined()
  })

  test('include each kind of match from the beginning; latencies fall into their buckets', async () => {
    const { registry, matched, alertStored } = createMatcherMetrics(figures())
    matched('near')
    for (const milliseconds of [0.4, 4, 4, 40, -1]) alertStored(milliseconds)
    const text = await registry.metrics()
    expect(metric(text, 'sightline_matcher_matches_total{kind="near"}')).toBe(1)
    expect(metric(text, 'sightline_matcher_matches_total{kind="pattern"}')).toBe(0)
    expect(metric(text, 'sightline_matcher_alert_seconds_bucket{le="0.001"}')).toBe(2)
    expect(metric(text, 'sightline_matcher_alert_seconds_bucket{le="0.005"}')).toBe(4)
    expect(metric(text, 'sightline_matcher_alert_seconds_count')).toBe(5)
  })
})

describe('the running matcher', () => {
  let broker: TestBroker
  let matcher: Matcher
  beforeEach(async () => {
    broker = await testBroker()
    matcher = await startMatcher({ servers: broker.url, keys: broker.keys, log: quiet })
  })
  afterEach(async () => {
    await matcher.close()
    await broker.remove()
  })

  test('counts the result of each read', async () => {
    const admin = await broker.as('admin')
    const js = jetstream(admin)
    await (await new Kvm(js).open(DISPLAYS)).put('d1', JSON.stringify(aDisplay()))
    await vi.waitFor(() => expect(matcher.displays()).toBe(1), 30_000)
    const messages = [
      aRead(),
      aRead({ plate: 'ZZZ9999' }),
      aRead({ camera: { ...gate, id: 'abroad', country: 'MX' } }),
      { no: 'read' },
      aRead({ source: 'sim' }),
    ]
    for (const [n, message] of messages.entries()) {
      const camera = 'camera' in message ? message.camera.id : 'gate-1'
      await publishUntilStored(js, readSubject('edge', camera), JSON.stringify(message), { msgID: `m${n}` })
    }
    await vi.waitFor(async () => {
      const text = await matcher.registry.metrics()
      expect(metric(text, 'sightline_matcher_alert_seconds_count')).toBe(1)
      expect(metric(text, 'sightline_matcher_lag_reads{stream="READS"}')).toBe(0)
      expect(metric(text, 'sightline_matcher_refused_total')).toBe(2)
    }, 30_000)
    const text = await matcher.registry.metrics()
    for (const [line, value] of [
      ['reads_total', 5],
      ['forged_total', 1],
      ['alerts_total', 1],
      ['foreign_total', 1],
      ['matches_total{kind="exact"}', 1],
      ['matches_total{kind="near"}', 0],
      ['displays', 1],
      ['partitions', 4],
    ] as const) {
      expect(metric(text, `sightline_matcher_${line}`), line).toBe(value)
    }
    expect(metric(text, 'sightline_matcher_index_bytes')).toBeGreaterThan(0)
  })

  test('serves its metrics while the broker is down', async () => {
    await broker.stop()
    await vi.waitFor(() => expect(matcher.healthy()).toBe(false), 30_000)
    await sleep(50)
    const text = await matcher.registry.metrics()
    expect(metric(text, 'sightline_matcher_reads_total')).toBe(0)
    expect(metric(text, `sightline_matcher_lag_reads{stream="${READS}"}`)).toBeUndefined()
  })
})

describe('the dashboard', async () => {
  interface Dashboard {
    uid: string
    schemaVersion: number
    templating: { list: { name: string; query: string | { query: string } }[] }
    panels: {
      id: number
      title: string
      gridPos: { x: number; y: number; w: number; h: number }
      targets: { refId: string; expr: string }[]
    }[]
  }
  const file = join(root, 'deploy/grafana/sightline-matcher.json')
  const dashboard = JSON.parse(await readFile(file, 'utf8')) as Dashboard
  const { panels, templating } = dashboard
  const expressions = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : query.query)),
  ]
  /** Names of metrics in a query: identifiers that are neither functions, labels nor words of the language. */
  const metricsOf = (expression: string) =>
    expression
      .replace(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|on)\s*\([^)]*\)|,\s*instance\)/g, ' ')
      .match(/[a-z][a-z0-9_]*(?![a-z0-9_(]|\s*\()/g)
      ?.filter((name) => name !== 'and') ?? []

  test('uses only metrics that the matcher exports', async () => {
    const { collectDefaultMetrics } = await import('prom-client')
    const { registry } = createMatcherMetrics({
      counts: COUNTS,
      ...{
        index: { size: 0, bytes: 0 },
        partitions: () => [],
        rooms: () => [],
        stateOf: async () => ({ last: 0, used: 0 }),
      },
    })
    // As runtime/monitor.ts does for every service.
    collectDefaultMetrics({ register: registry })
    const exported = new Set(registry.getMetricsAsArray().map(({ name }) => name))
    const asked = new Set(expressions.flatMap(metricsOf))
    expect(asked.size).toBeGreaterThan(10)
    for (const name of asked) expect(exported, name).toContain(name.replace(/_(bucket|sum|count)$/, ''))
    // And shows all that is the matcher's own.
    for (const name of exported) {
      if (name.startsWith('sightline_')) expect([...asked].join(), name).toContain(name)
    }
  })

  test('is valid for Grafana 10: unique ids and positions of panels, defined variables', () => {
    expect(dashboard.schemaVersion).toBeLessThanOrEqual(38)
    expect(dashboard.uid.length).toBeLessThanOrEqual(40)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
    const known = new Set([...templating.list.map(({ name }) => name), '__rate_interval', '__all'])
    for (const [, name] of JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)) expect(known).toContain(name)
  })
})
