import { type BrokerUser, inboxOf } from '@sightline/schemas/accounts'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'

const name = 'audit-owner'

/**
 * A user who may change and delete the audit log, as nobody may who only connects: the owner of the server adds one to its
 * configuration. A broker of a test has it from its start (`more`): one that loads its configuration again answers JetStream calls
 * for up to 20 ms as if there were no JetStream, and its keeper (broker/keeper.ts) has it load a changed file once more, up to ten
 * seconds later.
 */
export const AUDIT_OWNER: BrokerUser = {
  name,
  account: 'AGENCY',
  publish: [
    ...['INFO', 'CREATE', 'UPDATE', 'DELETE', 'MSG.GET'].map((call) => `$JS.API.STREAM.${call}.${AUDIT}`),
    auditSubject('*'),
  ],
  subscribe: [`${inboxOf(name)}.>`],
  services: [],
  hears: [],
}
