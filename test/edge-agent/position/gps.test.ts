import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@sightline/broker/free-port'
import { xor } from '@sightline/edge-agent/position/nmea'
import { type PositionSource, startGps, surveyedPosition } from '@sightline/edge-agent/position/source'
import { distanceM } from '@sightline/geometry/great-circle'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { endGpsfake, hasGpsfake, startGpsfake } from '../../support/gpsfake.ts'
import { driveSentences, placeAfter, SPEED_MPS } from './drive.ts'

/** The real gpsd, a real terminal line, a real file. */

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let gps: PositionSource | undefined
let fake: ChildProcess | undefined

beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  await gps?.close()
  gps = undefined
  await endFake()
  await folder.remove()
})

const installed = (program: string) => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function endFake(): Promise<void> {
  await endGpsfake(fake)
  fake = undefined
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 })

/** Where the drive that began at `startAt` was at a frame of this moment, and where the GPS says it was. */
function errorNow(startAt: number): number {
  const now = Date.now()
  const position = gps?.positionAt(now)
  expect(position).toMatchObject({ fix: 'gps', headingDeg: expect.closeTo(90, 1) })
  expect(position?.speedMps).toBeCloseTo(SPEED_MPS, 1)
  const drivenMs = now - (gps?.clockOffsetMs() ?? Number.NaN) - startAt
  return position ? distanceM(position, placeAfter(drivenMs / 1000)) : Number.NaN
}

test('a fixed camera has its registered position', () => {
  const position = surveyedPosition({ lat: 32.7, lon: -117.1 }).positionAt(0)
  expect(position).toMatchObject({ fix: 'surveyed', lat: 32.7, lon: -117.1, headingDeg: null })
})

describe('gpsd', () => {
  test('the real one, fed by gpsfake: gives fixes, stale ones when it ends, and new ones when it is back', async (context) => {
    if (!hasGpsfake) return context.skip('gpsd is not installed (apt-get install gpsd gpsd-clients)')
    const port = await freePort()
    // A day ago: by the receiver's time, this host's clock is a day ahead.
    const startAt = Math.floor(Date.now() / 1000) * 1000 - 86_400_000
    const log = join(folder.path, 'drive.nmea')
    await writeFile(log, driveSentences(startAt, 120, 200), { mode: 0o644 })
    // Two sentences a fix, one every 0.1 s: real time.
    const startFake = () => {
      fake = startGpsfake(log, port)
    }
    gps = startGps({ type: 'gpsd', port, staleAfterSeconds: 1 }, quiet)
    expect(gps.positionAt(Date.now())).toBeNull()
    startFake()
    await soon(() => expect(gps?.positionAt(Date.now())).toMatchObject({ fix: 'gps' }))
    // On the way for a while: the place keeps up with the moment.
    const errors: number[] = []
    for (let n = 0; n < 30; n++) {
      await new Promise((wake) => setTimeout(wake, 100))
      errors.push(errorNow(startAt))
    }
    expect(errors.sort((a, b) => a - b)[15]).toBeLessThan(1)
    expect(gps.clockOffsetMs()).toBeGreaterThan(86_000_000)

    await endFake()
    await soon(() => expect(gps?.positionAt(Date.now())).toMatchObject({ fix: 'stale', accuracyM: null }))
    startFake()
    await soon(() => expect(gps?.positionAt(Date.now())).toMatchObject({ fix: 'gps' }))
  })

  test('a server that is missing, hangs up, or sends nonsense is retried and gives nothing', async () => {
    const port = await freePort()
    gps = startGps({ type: 'gpsd', port }, quiet)
    await new Promise((wake) => setTimeout(wake, 100))
    const calls: Socket[] = []
    const server = createServer((socket) => {
      calls.push(socket)
      socket.on('error', () => {})
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
      if (calls.length < 3) socket.end()
      else {
        const at = new Date(Date.now() - 100).toISOString()
        socket.write(`${JSON.stringify({ class: 'TPV', mode: 3, time: at, lat: 1, lon: 2 })}\n`)
      }
    })
    server.listen(port, '127.0.0.1')
    await soon(() => expect(gps?.positionAt(Date.now())).toMatchObject({ fix: 'gps', lat: 1, lon: 2 }))
    expect(calls.length).toBe(3)
    await gps.close()
    gps = undefined
    for (const socket of calls) socket.destroy()
    server.close()
  })
})

describe('NMEA', () => {
  test('a receiver on a terminal line', async (context) => {
    if (!installed('python3')) return context.skip('python3, which plays the receiver, is not installed')
    const startAt = Date.now()
    const log = join(folder.path, 'drive.nmea')
    await writeFile(log, driveSentences(startAt, 30, 100))
    const script = `
import os, pty, sys, time
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
start = time.monotonic()
lines = open(sys.argv[1], 'rb').read().splitlines(True)
for n in range(0, len(lines), 2):
    time.sleep(max(0, start + n / 20 - time.monotonic()))
    os.write(master, b''.join(lines[n:n + 2]))
`
    fake = spawn('python3', ['-c', script, log], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const [path] = await once(fake.stdout!, 'data')
    gps = startGps({ type: 'nmea', device: String(path).trim(), baud: 9600 }, quiet)
    await soon(() => expect(errorNow(startAt)).toBeLessThan(5))
    // The first line may be half a sentence, and with it the first dilution unknown.
    await soon(() => expect(gps?.positionAt(Date.now())?.accuracyM).toBeGreaterThanOrEqual(4.5))

    await endFake()
    await soon(() => expect(gps?.positionAt(Date.now())).toMatchObject({ fix: 'stale' }))
  })

  test.each([
    [
      'sentences without a place',
      ['GPRMC,030501.00,V,,,,,,,241126,,,N', 'GPGGA,030501.00,,,,,0,00,99.99,,,,,,'],
      'sees no satellites',
    ],
    ['what cannot be understood', ['\\xf0\\x18\\x03~~'], 'nothing of what it says is a sentence'],
  ])('a real terminal line that gives %s for a minute is reported', async (_what, bodies, reason) => {
    const said = bodies.map((body) =>
      body.startsWith('GP') ? `$${body}*${xor(body).toString(16).padStart(2, '0')}\\r\\n` : body,
    )
    const script = `
import os, pty, time
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
while True:
    os.write(master, b'${said.join('')}')
    time.sleep(0.05)
`
    fake = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const [path] = await once(fake.stdout!, 'data')
    let passed = 0
    gps = startGps({ type: 'nmea', device: String(path).trim() }, quiet, Date.now, () => passed)
    await new Promise((wake) => setTimeout(wake, 1_000))
    expect(gps.trouble()).toBeNull()
    passed = 60_000
    await soon(() => expect(gps?.trouble()?.message).toContain(reason))
    expect(gps.positionAt(Date.now())).toBeNull()
  })

  test('a file gives the recording’s position at each instant', async () => {
    const startAt = Date.parse('2024-05-01T10:00:00.000Z')
    const log = join(folder.path, 'drive.nmea')
    await writeFile(log, driveSentences(startAt, 900, 1000))
    gps = startGps({ type: 'nmea', device: log }, quiet)
    await soon(() => expect(gps?.positionAt(startAt + 899_000)).toMatchObject({ fix: 'gps' }))
    for (const seconds of [0.4, 300.5, 898.9]) {
      const position = gps.positionAt(startAt + seconds * 1000)
      expect(distanceM(position!, placeAfter(seconds))).toBeLessThan(0.5)
    }
  })

  test('a missing device is waited for', async () => {
    const log = join(folder.path, 'later.nmea')
    gps = startGps({ type: 'nmea', device: log }, quiet)
    await new Promise((wake) => setTimeout(wake, 200))
    expect(gps.positionAt(Date.now())).toBeNull()
    expect(gps.trouble()?.message).toContain('cannot be opened')
    const startAt = Date.parse('2024-05-01T10:00:00.000Z')
    await writeFile(log, driveSentences(startAt, 10, 1000))
    await soon(() => expect(gps?.positionAt(startAt + 5000)).toMatchObject({ fix: 'gps' }))
  })
})
