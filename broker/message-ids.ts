import { createHmac } from 'node:crypto'
import { type BrokerAddress, readSeed } from './connect.ts'

/** The name under which a stream knows a message of ours, so that it takes a repeat for one. */
export type MessageIds = (id: string) => string

/** As long as other ids: 132 bits. */
const LENGTH = 22

/**
 * Message ids that nobody but the holder of a key can foresee. A stream drops what comes under an id that it has seen,
 * whoever sent that: with an id that can be computed from camera, plate and instant, a vendor could have an agency's read
 * dropped before it was published. The same for each process with that key, and after each restart.
 * @throws CONFIG_INVALID when there is no such key
 */
export async function messageIdsOf(address: Pick<BrokerAddress, 'keys' | 'user'>): Promise<MessageIds> {
  const secret = createHmac('sha256', await readSeed(address))
    .update('message ids')
    .digest()
  return (id) => createHmac('sha256', secret).update(id).digest('base64url').slice(0, LENGTH)
}
