import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerAddress } from '@sightline/broker/connect'
import { messageIdsOf } from '@sightline/broker/message-ids'
import { type Clock, systemClock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { SightlineError } from '@sightline/schemas/errors'
import { healthSubject } from '@sightline/schemas/subjects'
import { certificateTrouble } from '../health/certificate.ts'
import { openSpool, type Spool } from '../spool/spool.ts'
import { compareClocks } from './broker-clock.ts'
import { deliverPictures, deliverReads, type OnFull } from './deliver.ts'
import { openEdgeLink } from './link.ts'

export interface PublisherOptions extends BrokerAddress {
  /** Folder that only this agent uses, for messages that the broker must still get. */
  readonly spool: string
  /** Space that it may use, bytes. */
  readonly spoolBytes: number
  /** The read stays on the disk and is tried again. */
  readonly onFull?: OnFull
  /** How many days pictures of a camera may live; by default, as long as the broker keeps them. */
  readonly pictureDays?: (camera: string) => number | undefined
  readonly log: Logger
  readonly clock?: Clock
}

/** Sends the messages of a host's cameras to the broker. */
export interface Publisher {
  readonly spools: { readonly reads: Spool; readonly pictures: Spool }
  connected(): boolean
  /** How far this host's clock is ahead of the broker's, ms; null if unknown. */
  clockOffsetMs(): number | null
  /** The time of day that reads and reports carry: the broker's, if this host's clock is known to be wrong. */
  readonly clock: Clock
  /** What is wrong with the connection to the broker although it is up. */
  troubles(): SightlineError[]
  /** Sends a health report, or drops it if it cannot be sent now: the next one is more current. */
  report(health: CameraHealth): Promise<void>
  /** Settles when all reads have left the disk. */
  drained(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Share of the space for reads; a day with one read per second takes 350 MB. */
const READS_SHARE = 0.3

/** @throws BROKER_DENIED, CONFIG_INVALID (no key), SPOOL_IN_USE, SPOOL_FAILED, SPOOL_FULL */
export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const {
    servers,
    keys,
    user,
    ca,
    spool,
    spoolBytes,
    onFull = () => {},
    pictureDays = () => undefined,
    log,
    clock = systemClock,
  } = options
  // Separate, so that pictures on a slow link neither delay reads nor take their space.
  const reads = await openSpool({ folder: join(spool, 'reads'), maxBytes: READS_SHARE * spoolBytes, log })
  const opened: Spool[] = [reads]
  try {
    const pictureBytes = (1 - READS_SHARE) * spoolBytes
    const pictures = await openSpool({ folder: join(spool, 'pictures'), maxBytes: pictureBytes, log })
    opened.push(pictures)
    const messageIds = await messageIdsOf({ keys, user })
    let certificateEnds: number | undefined
    const onCertificate = (endsAt: number) => {
      certificateEnds = endsAt
    }
    const link = await openEdgeLink({ servers, keys, user, ca, onCertificate }, log)
    const clocks = compareClocks(clock)
    const stopping = new AbortController()
    const { signal } = stopping
    const { one, together } = deliverReads(link, messageIds, signal, onFull)
    const forwarding = [
      reads.forward(one, signal, together),
      pictures.forward(deliverPictures(link, messageIds, signal, pictureDays), signal),
    ]
    return {
      spools: { reads, pictures },
      connected: link.connected,
      clockOffsetMs: clocks.offsetMs,
      clock: clocks.now,
      troubles: () =>
        [clocks.trouble(), certificateTrouble('broker', certificateEnds, clock())].filter(
          (trouble) => trouble !== null,
        ),
      async report(health) {
        if (!link.connected()) return
        try {
          const { js, connection } = await link.ready(signal)
          const { camera } = health
          const payload = JSON.stringify(health)
          const from = clock()
          await js.publish(healthSubject(camera), payload, { timeout: 2000 })
          if (clocks.isDue()) await clocks.compare(connection, { camera, payload, from, to: clock() })
        } catch (error) {
          log.warn(
            { reason: (error as Error).message },
            'could not store a health report; the next one will be more current',
          )
        }
      },
      async drained(until) {
        const countLeft = () => reads.stats().entries + pictures.stats().entries
        while (countLeft() > 0 && !until.aborted)
          await sleep(50, undefined, { signal: until }).catch(() => {})
      },
      async close() {
        stopping.abort(new Error('the edge agent is stopping'))
        await link.close()
        await Promise.all(forwarding)
        await Promise.all(opened.map((one) => one.close()))
      },
    }
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()))
    throw error
  }
}
