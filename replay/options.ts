import { systemClock } from '@sightline/runtime/clock'
import type { BrokerOptions } from '@sightline/runtime/command-line/options'
import { SightlineError } from '@sightline/schemas/errors'
import type { Pace } from './pace.ts'
import { fileSource, madeUpSource, type Source } from './source.ts'

/** The options of `sightline replay`, and what they mean in combination. */
export interface Options extends BrokerOptions {
  rate?: number
  speed?: number
  cameras: number
  asRecorded?: boolean
  synthesize?: number
  planted: number
  plant?: boolean
  write?: string
  mostReads: number
  mostRate: number
  mostTime: number
  wait: number
  api?: string
  tokenFile: string
  hdr?: string
  user: string
  allowRemote?: boolean
  json?: boolean
}

/** Default rate of made-up reads. */
export const DEFAULT_RATE = 100

/** @throws USAGE for options that exclude each other */
export function refuseContradiction({ plant, user, write, api, hdr }: Options): void {
  if (plant && user !== 'replay') {
    throw new SightlineError('USAGE', `the broker user ${user} may not write displays`, {
      hint: 'Leave out --user, or leave out --plant.',
    })
  }
  const needless = plant ? write && '--write' : (api && '--api') || (hdr && '--hdr')
  if (!needless) return
  throw new SightlineError(
    'USAGE',
    `${needless} ${plant ? 'does not play the reads' : 'needs planted hits with displays'}`,
    {
      hint: plant ? 'Leave out --plant.' : 'Add --plant.',
    },
  )
}

/**
 * The requested stream of reads.
 * @throws USAGE, and what `recordedLines` throws
 */
export async function sourceOf(file: string | undefined, options: Options): Promise<Source> {
  const { synthesize, planted, mostReads } = options
  if ((file === undefined) === (synthesize === undefined)) {
    throw new SightlineError('USAGE', 'name a recording, or the number of reads to make up', {
      hint: './sightline replay FILE, or ./sightline replay --synthesize 100k.',
    })
  }
  if (file !== undefined) {
    const source = await fileSource(file, planted, options.plant === true)
    if (options.plant && source.planted.length === 0) throw nothingPlanted(file)
    return source
  }
  if (options.plant && planted === 0) throw nothingPlanted('the stream')
  if (synthesize! > mostReads && options.write === undefined) {
    throw new SightlineError(
      'USAGE',
      `--synthesize ${synthesize} exceeds the limit (--most-reads ${mostReads})`,
      {
        hint: `If you mean it, set --most-reads ${synthesize}. --most-time also limits the run.`,
      },
    )
  }
  return madeUpSource(synthesize!, planted, options.rate ?? DEFAULT_RATE, systemClock)
}

const nothingPlanted = (where: string) =>
  new SightlineError('USAGE', `no planted hits in ${where}`, {
    hint: 'Set their number with --planted, or leave out --plant.',
  })

/** When its reads are due. */
export function paceOf({ rate, speed = 1, mostRate, synthesize }: Options): Pace {
  if (rate !== undefined) return { kind: 'rate', perSecond: rate }
  if (synthesize !== undefined) return { kind: 'rate', perSecond: DEFAULT_RATE * speed }
  return { kind: 'recorded', speed, mostPerSecond: mostRate }
}
