import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { xor } from './nmea.ts'

/** Tells whether a receiver really gives its position, or only seems to work. */
export interface Usable {
  /** A line arrived. @param isFix whether it contained a position */
  heard(line: string, isFix: boolean): void
  /** The input was lost. */
  lost(error: SightlineError): void
  /** A recording has ended. */
  ended(): void
  /** What is wrong now; null while positions arrive. */
  trouble(): SightlineError | null
}

/** A receiver that was just switched on needs this long to find its satellites, ms. */
const PATIENCE_MS = 60_000

/** @param name of the receiver in messages */
export function watchUsable(name: string, steady: Clock = steadyClock): Usable {
  let fixAt = steady()
  let hasFix = false
  let isUnderstood = false
  let atEnd = false
  let loss: SightlineError | null = null

  function unusable(): SightlineError | null {
    const silentMs = steady() - fixAt
    if (atEnd ? hasFix : silentMs < PATIENCE_MS) return null
    const what = atEnd ? 'ended without a place' : `has told no place for ${Math.round(silentMs / 1000)} s`
    return isUnderstood
      ? new SightlineError(
          'POSITION_UNAVAILABLE',
          `the GPS receiver ${name} ${what}: it sees no satellites`,
          {
            hint: 'Check its antenna, and that it sees the sky.',
          },
        )
      : new SightlineError(
          'POSITION_UNAVAILABLE',
          `the GPS receiver ${name} ${what}: nothing of what it says is a sentence of NMEA`,
          { hint: 'Check the speed of the line (baud), and that this device is the receiver.' },
        )
  }

  return {
    heard(line, isFix) {
      // The wait starts again when a receiver is back.
      if (loss) fixAt = steady()
      loss = null
      isUnderstood ||= isFix || isSentence(line)
      if (!isFix) return
      hasFix = true
      fixAt = steady()
    },
    lost: (error) => {
      loss = error
    },
    ended: () => {
      atEnd = true
    },
    trouble: () => loss ?? unusable(),
  }
}

/** A line of NMEA with the right checksum, or of gpsd. */
function isSentence(line: string): boolean {
  const [, body, sum] = /^\$([^*$]*)\*([0-9A-Fa-f]{2})\s*$/.exec(line) ?? []
  if (body === undefined) return line.startsWith('{"class":')
  return Number.parseInt(sum ?? '', 16) === xor(body)
}
