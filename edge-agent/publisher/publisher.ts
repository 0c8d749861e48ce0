import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerAddress } from '@sightline/broker/connect'
import { messageIdsOf } from '@sightline/broker/message-ids'
import type { Logger } from '@sightline/runtime/log'
import type { CameraHealth } from '@sightline/schemas/camera-health'
import { healthSubject } from '@sightline/schemas/subjects'
import { openSpool, type Spool } from '../spool/spool.ts'
import { deliverPictures, deliverReads, type OnFull } from './deliver.ts'
import { openEdgeLink } from './link.ts'

export interface PublisherOptions extends BrokerAddress {
  /** Folder that belongs to this agent alone: what the broker has to get is kept there. */
  readonly spool: string
  /** Space that it may take, bytes. */
  readonly spoolBytes: number
  /** The read stays on the disk and is tried again. */
  readonly onFull?: OnFull
  readonly log: Logger
}

/** What the cameras of a host have for the broker, and its way there. */
export interface Publisher {
  readonly spools: { readonly reads: Spool; readonly pictures: Spool }
  connected(): boolean
  /** Sends a health report; one that cannot be sent now is left out: the next one says more. */
  report(health: CameraHealth): Promise<void>
  /** Settles when all reads have left the disk. */
  drained(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Part of the space that is for reads; a day of one read a second takes 350 MB. */
const READS_SHARE = 0.3

/** @throws BROKER_DENIED, CONFIG_INVALID (no key), SPOOL_IN_USE, SPOOL_FAILED, SPOOL_FULL */
export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const { servers, keys, user, ca, spool, spoolBytes, onFull = () => {}, log } = options
  // Apart, so that pictures on a thin link never hold up a read, nor take its space.
  const reads = await openSpool({ folder: join(spool, 'reads'), maxBytes: READS_SHARE * spoolBytes, log })
  const opened: Spool[] = [reads]
  try {
    const pictureBytes = (1 - READS_SHARE) * spoolBytes
    const pictures = await openSpool({ folder: join(spool, 'pictures'), maxBytes: pictureBytes, log })
    opened.push(pictures)
    const messageIds = await messageIdsOf({ keys, user })
    const link = await openEdgeLink({ servers, keys, user, ca }, log)
    const stopping = new AbortController()
    const { signal } = stopping
    const forwarding = [
      reads.forward(deliverReads(link, messageIds, signal, onFull), signal),
      pictures.forward(deliverPictures(link, messageIds, signal), signal),
    ]
    return {
      spools: { reads, pictures },
      connected: link.connected,
      async report(health) {
        if (!link.connected()) return
        try {
          const js = await link.ready(signal)
          await js.publish(healthSubject(health.camera), JSON.stringify(health), { timeout: 2000 })
        } catch (error) {
          log.warn(
            { reason: (error as Error).message },
            'a health report was not stored; the next one says more',
          )
        }
      },
      async drained(until) {
        const left = () => reads.stats().entries + pictures.stats().entries
        while (left() > 0 && !until.aborted) await sleep(50, undefined, { signal: until }).catch(() => {})
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
