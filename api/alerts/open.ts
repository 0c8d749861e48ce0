import type { Link } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { deliveryParser } from '@sightline/schemas/delivery'
import { DELIVERIES } from '@sightline/schemas/streams'
import { openRecords } from '../shared/records.ts'
import { type Deliveries, startDeliveries } from './deliveries.ts'
import { loadRecipients, type Recipients } from './recipients.ts'
import { type AlertWorkStore, openAlertWork } from './work-store.ts'

/** What the routes for alerts need. */
export interface AlertDeps {
  alertWork: AlertWorkStore
  deliveries: Deliveries
  recipients: Recipients
}

/**
 * @param recipientsFile recipients with whom verified alerts may be shared; none without it
 * @param stop ends everything; `deliveries.close()` also waits for attempts in progress
 * @throws CONFIG_INVALID, BROKER_UNREACHABLE, BROKER_FAILED
 */
export async function openAlertDeps(
  link: Link,
  recipientsFile: string | undefined,
  { clock, log, stop }: { clock: Clock; log: Logger; stop: AbortSignal },
): Promise<AlertDeps> {
  const recipients = recipientsFile === undefined ? new Map() : await loadRecipients(recipientsFile)
  const records = await openRecords(
    link,
    { store: DELIVERIES, parser: deliveryParser, what: 'delivery', keyOf: ({ id }) => id },
    log,
  )
  const alertWork = await openAlertWork(link, log, stop)
  const deliveries = startDeliveries({ records, recipients, clock, log })
  stop.addEventListener('abort', () => void deliveries.close())
  return { alertWork, deliveries, recipients }
}
