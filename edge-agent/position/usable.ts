import { type Clock, steadyClock } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { xor } from './nmea.ts'

/** Knows whether a receiver tells its place, or only seems to be at work. */
export interface Usable {
  /** A line came. @param isFix whether it told a place */
  heard(line: string, isFix: boolean): void
  /** What it reads from was lost. */
  lost(error: SightlineError): void
  /** A recording has come to its end. */
  ended(): void
  /** What is wrong now; null while places come. */
  trouble(): SightlineError | null
}

/** A receiver that was just switched on finds its satellites within so long, ms. */
const PATIENCE_MS = 60_000

/** @param name how messages call the receiver */
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
      // Patience begins again with a receiver that is back.
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

/** A line of NMEA whose checksum is right, or of gpsd. */
function isSentence(line: string): boolean {
  const [, body, sum] = /^\$([^*$]*)\*([0-9A-Fa-f]{2})\s*$/.exec(line) ?? []
  if (body === undefined) return line.startsWith('{"class":')
  return Number.parseInt(sum ?? '', 16) === xor(body)
}
