import type { Link } from '../../broker/link.ts'
import { type AccessFile, accessFileReader } from '../../schemas/access-request.ts'
import { type Person, personReader } from '../../schemas/person.ts'
import { type Session, type SignOnTries, sessionReader, signOnTriesReader } from '../../schemas/session.ts'
import { ACCESS, PEOPLE, SESSIONS, SIGN_ON_TRIES } from '../../schemas/streams.ts'
import { openRecords, type Records } from './records.ts'
import type { Seal } from './seal.ts'

/** All that is stored about people, sealed: who they are, what they may see, where they are signed on. */
export interface PeopleStores {
  people: Records<Person>
  /** Key: person id. Who never asked for access has none. */
  access: Records<AccessFile>
  /** Key: `sessionKey(token)`. */
  sessions: Records<Session>
  /** Key: `triesKey(name)`. */
  tries: Records<SignOnTries>
}

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function openPeople(link: Link, seal: Seal): Promise<PeopleStores> {
  return {
    people: await openRecords(link, PEOPLE, personReader, 'account', seal),
    access: await openRecords(link, ACCESS, accessFileReader, 'access file', seal),
    sessions: await openRecords(link, SESSIONS, sessionReader, 'session', seal),
    tries: await openRecords(link, SIGN_ON_TRIES, signOnTriesReader, 'count of wrong sign-ons', seal),
  }
}
