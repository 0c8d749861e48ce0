import { type BrokerUser, inboxOf } from '@sightline/schemas/accounts'
import { readSubject } from '@sightline/schemas/subjects'

/**
 * A user that no installation has: it publishes reads from within the account of their streams. The extra cost from a
 * separate account, which all real sources have, is the cost of the bridge between the accounts.
 */
export const INSIDER: BrokerUser = {
  name: 'insider',
  account: 'MATCHER',
  publish: [readSubject('*', '*')],
  subscribe: [`${inboxOf('insider')}.>`],
  services: [],
  hears: [],
}
