import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const hasGpsfake = spawnSync('which', ['gpsfake']).status === 0

/**
 * The real gpsd, to which gpsfake plays the output of a receiver.
 * @param log file of NMEA sentences, one every 0.1 s
 */
export const startGpsfake = (log: string, port: number): ChildProcess =>
  spawn('gpsfake', ['-1', '-q', '-n', '-c', '0.1', '-P', String(port), log], {
    stdio: 'ignore',
    detached: true,
  })

/** gpsfake ends its gpsd when it is interrupted. */
export async function endGpsfake(fake: ChildProcess | undefined): Promise<void> {
  const { pid, exitCode, signalCode } = fake ?? {}
  if (!fake || !pid || exitCode !== null || signalCode !== null) return
  const ended = once(fake, 'exit')
  process.kill(-pid, 'SIGINT')
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), 3000)
  await ended
  clearTimeout(timer)
  // It leaves behind the socket by which it announced the receiver to gpsd.
  await rm(join(tmpdir(), `gpsfake-${pid}.sock`), { force: true })
}
