import { connect } from 'node:net'
import { SightlineError } from '@sightline/schemas/errors'
import type { OnLine } from './fix.ts'
import { splitLines } from './lines.ts'
import { fixOfTpv } from './tpv.ts'

/** Address of gpsd. */
export interface GpsdAddress {
  host: string
  port: number
}

/** gpsd with a working receiver reports every second; after this silence, reconnect. */
const SILENCE_MS = 15_000

/**
 * Follows gpsd over its JSON protocol, until the connection ends.
 * @param now this host's clock
 * @returns resolves when aborted
 * @throws POSITION_UNAVAILABLE when the connection cannot be made, is lost, or stays silent
 */
export function followGpsd(
  { host, port }: GpsdAddress,
  onLine: OnLine,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const fault = (what: string, cause?: unknown) =>
    new SightlineError('POSITION_UNAVAILABLE', `gpsd at ${host}:${port} ${what}`, {
      cause,
      hint: 'Check that gpsd runs and that its receiver is plugged in (gpsmon, cgps).',
    })
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const stop = () => socket.destroy()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    socket.setTimeout(SILENCE_MS, () => socket.destroy(fault('says nothing')))
    socket.once('connect', () => socket.write('?WATCH={"enable":true,"json":true};\n'))
    socket.on(
      'data',
      splitLines((line) => onLine(line, fixOfTpv(line, now())), true),
    )
    let reason: SightlineError | undefined
    socket.once('error', (error) => {
      reason = error instanceof SightlineError ? error : fault(`is not there: ${error.message}`, error)
    })
    socket.once('close', () => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) resolve()
      else reject(reason ?? fault('ended the connection'))
    })
  })
}
