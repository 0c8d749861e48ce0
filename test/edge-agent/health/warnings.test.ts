import { certificateTrouble } from '@sightline/edge-agent/health/certificate'
import { createHealth } from '@sightline/edge-agent/health/health'
import { cameraMetrics } from '@sightline/edge-agent/health/metrics'
import { keepWarnings } from '@sightline/edge-agent/health/warnings'
import { xor } from '@sightline/edge-agent/position/nmea'
import { watchUsable } from '@sightline/edge-agent/position/usable'
import type { Logger } from '@sightline/runtime/log'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { SightlineError } from '@sightline/schemas/errors'
import { describe, expect, test } from 'vitest'

const START = Date.UTC(2026, 10, 24)
const DAY_MS = 86_400_000

/** A log of which the test keeps the lines. */
function listening() {
  const lines: { level: string; code: string }[] = []
  const at =
    (level: string) =>
    ({ code }: { code: string }) =>
      void lines.push({ level, code })
  return { lines, log: { warn: at('warn'), info: at('info') } as unknown as Logger }
}

describe('a warning', () => {
  const gps = new SightlineError('POSITION_UNAVAILABLE', 'no place', { hint: 'Look.' })
  const clock = new SightlineError('CLOCK_WRONG', 'a minute behind')

  test('is logged once when it begins and once when it ends, and says since when it lasts', () => {
    const { lines, log } = listening()
    const warnings = keepWarnings('gate-1', log)
    expect(warnings.update([], START)).toEqual([])
    warnings.update([clock], START + 1000)
    expect(warnings.update([gps, clock], START + 2000)).toEqual([
      { code: 'CLOCK_WRONG', message: 'a minute behind', since: '2026-11-24T00:00:01.000Z' },
      { code: 'POSITION_UNAVAILABLE', message: 'no place. Look.', since: '2026-11-24T00:00:02.000Z' },
    ])
    warnings.update([gps], START + 3000)
    expect(lines).toEqual([
      { level: 'warn', code: 'CLOCK_WRONG' },
      { level: 'warn', code: 'POSITION_UNAVAILABLE' },
      { level: 'info', code: 'CLOCK_WRONG' },
    ])
  })

  test('is in the metrics by its code, and fits into a health report however long its text', async () => {
    const warnings = keepWarnings('gate-1', listening().log).update(
      [new SightlineError('CLOCK_WRONG', 'x'.repeat(5000))],
      START,
    )
    const health = createHealth({ camera: 'gate-1', agentVersion: '1', kind: 'fixed', startedAt: START })
    const report = health.report(START, { clockOffsetMs: 30_000, spool: null, warnings })
    expect(cameraHealthParser.parse(report).warnings).toHaveLength(1)
    const metrics = await cameraMetrics(() => [report]).metrics()
    expect(metrics).toContain('sightline_camera_warning{camera="gate-1",code="CLOCK_WRONG"} 1')
    expect(metrics).toContain('sightline_camera_unsure_total{camera="gate-1"} 0')
  })
})

describe('images that are set aside', () => {
  const bad = new SightlineError('PICTURE_CORRUPT', '/in/7.jpg ends in the middle')

  test('from a folder are a warning from the first on, for an hour', () => {
    let passed = 0
    const camera = { camera: 'gate-1', agentVersion: '1', kind: 'fixed', startedAt: START } as const
    const health = createHealth({ ...camera, silentAfterMs: null, steady: () => passed })
    expect(health.troubles(START)).toEqual([])
    health.frameRejected(bad, START)
    expect(health.troubles(START)).toMatchObject([
      { code: 'PICTURES_REJECTED', message: expect.stringContaining('/in/7.jpg ends in the middle') },
    ])
    passed += 3_700_000
    expect(health.troubles(START)).toEqual([])
  })

  test('from a live camera are a warning when there are many', () => {
    const health = createHealth({ camera: 'gate-1', agentVersion: '1', kind: 'fixed', startedAt: START })
    for (let n = 0; n < 9; n++) health.frameRejected(bad, START)
    expect(health.troubles(START)).toEqual([])
    health.frameRejected(bad, START)
    expect(health.troubles(START)).toMatchObject([
      { message: expect.stringContaining('set aside within an hour: 10 pictures') },
    ])
  })
})

test('a certificate is reported two weeks before its end, and after it', () => {
  expect(certificateTrouble('broker', undefined, START)).toBeNull()
  expect(certificateTrouble('broker', START + 15 * DAY_MS, START)).toBeNull()
  expect(certificateTrouble('broker', START + 13 * DAY_MS, START)).toMatchObject({
    code: 'CERTIFICATE_ENDING',
    message: 'the certificate of the broker ends on 2026-12-07',
  })
  expect(certificateTrouble('broker', START - 1, START)?.message).toContain('has ended on 2026-11-23')
})

describe('a GPS receiver', () => {
  const body = 'GPGGA,030501.00,,,,,0,00,99.99,,,,,,'
  const NO_FIX = `$${body}*${xor(body).toString(16).padStart(2, '0')}`
  function receiver() {
    let passed = 0
    const usable = watchUsable('/dev/ttyUSB0', () => passed)
    return {
      usable,
      /** A line a second. */
      says(seconds: number, line: string, isFix = false) {
        for (let n = 0; n < seconds; n++) {
          passed += 1000
          usable.heard(line, isFix)
        }
        return usable.trouble()?.message
      },
      wait(ms: number) {
        passed += ms
        return usable.trouble()?.message
      },
    }
  }

  test('that sends sentences without a position for a minute sees no satellites', () => {
    const { says } = receiver()
    expect(says(59, NO_FIX)).toBeUndefined()
    expect(says(1, NO_FIX)).toContain('sees no satellites')
    expect(says(1, '', true)).toBeUndefined()
    expect(says(60, NO_FIX)).toContain('told no place for 60 s')
  })

  test('that cannot be understood has another speed, or is no GPS; also when it never ends a line', () => {
    const garbled = '\u00f0\u0018x$GPRMC\u00ff*00'
    expect(receiver().says(61, garbled)).toContain('nothing of what it says is a sentence')
    expect(receiver().says(61, '$GPRMC,030501.00,A*00')).toContain('nothing of what it says')
    expect(receiver().wait(60_000)).toContain('nothing of what it says')
  })

  test('that is disconnected says why, until it sends again', () => {
    const { usable, wait, says } = receiver()
    usable.lost(new SightlineError('POSITION_UNAVAILABLE', 'it was pulled out'))
    expect(wait(100_000)).toBe('it was pulled out')
    expect(says(1, NO_FIX)).toBeUndefined()
    expect(says(60, NO_FIX)).toContain('no satellites')
  })

  test('whose recording has positions is ok, and one without any is not', () => {
    const [with1, without] = [receiver(), receiver()]
    with1.says(1, '', true)
    with1.usable.ended()
    without.says(1, NO_FIX)
    without.usable.ended()
    expect(with1.wait(1_000_000)).toBeUndefined()
    expect(without.usable.trouble()?.message).toContain('ended without a place')
  })
})
