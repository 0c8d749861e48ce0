import { createHmac } from 'node:crypto'
import { type BrokerAddress, readSeed } from './connect.ts'

/** Ids under which a stream recognizes a repeated message. */
export type MessageIds = (id: string) => string

/** As long as other ids: 132 bits. */
const LENGTH = 22

/**
 * Message ids that only the holder of a key can predict. A stream drops every message whose id it has seen, whoever
 * sent that: if ids could be computed from camera, plate and instant, a vendor could have an agency's read dropped
 * before it was published. The ids are the same for each process with that key, and after each restart.
 * @throws CONFIG_INVALID without such a key
 */
export async function messageIdsOf(address: Pick<BrokerAddress, 'keys' | 'user'>): Promise<MessageIds> {
  const secret = createHmac('sha256', await readSeed(address))
    .update('message ids')
    .digest()
  return (id) => createHmac('sha256', secret).update(id).digest('base64url').slice(0, LENGTH)
}
