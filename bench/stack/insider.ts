import { type BrokerUser, inboxOf } from '@sightline/schemas/accounts'
import { readSubject } from '@sightline/schemas/subjects'

/**
 * A user that no installation has: it publishes reads from within the account in which their streams lie. What the same costs
 * from an account of its own, as all real sources have one, is the cost of the bridge between the accounts.
 */
export const INSIDER: BrokerUser = {
  name: 'insider',
  account: 'MATCHER',
  publish: [readSubject('*', '*')],
  subscribe: [`${inboxOf('insider')}.>`],
  services: [],
  hears: [],
}
