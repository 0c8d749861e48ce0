import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type AccessFile, accessFileParser } from '@sightline/schemas/access-request'
import { type Person, personParser } from '@sightline/schemas/person'
import { type Session, type SignOnTries, sessionParser, signOnTriesParser } from '@sightline/schemas/session'
import { ACCESS, PEOPLE, SESSIONS, SIGN_ON_TRIES } from '@sightline/schemas/streams'
import { openMirrored } from '../shared/mirror-records.ts'
import { openRecords, type Records } from '../shared/records.ts'
import type { Seal } from '../shared/seal.ts'

/** All stores about people, sealed: who they are, what they may see, where they are signed in. */
export interface PeopleStores {
  people: Records<Person>
  /** Key: person id. A person who never requested access has none. */
  access: Records<AccessFile>
  /** Key: `sessionKey(token)`. */
  sessions: Records<Session>
  /** Key: `triesKey(name)`. */
  tries: Records<SignOnTries>
}

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function openPeople(
  link: Link,
  seal: Seal,
  log: Logger,
  stop: AbortSignal,
): Promise<PeopleStores> {
  return {
    people: await openMirrored(link, { ...PERSON, seal }, { things: 'accounts', log, stop }),
    access: await openMirrored(link, { ...ACCESS_FILE, seal }, { things: 'access files', log, stop }),
    sessions: await openRecords(link, { ...SESSION, seal }, log),
    tries: await openRecords(link, { ...TRIES, seal }, log),
  }
}

const PERSON = { store: PEOPLE, parser: personParser, what: 'account', keyOf: ({ id }: Person) => id }
const ACCESS_FILE = {
  store: ACCESS,
  parser: accessFileParser,
  what: 'access file',
  keyOf: ({ person }: AccessFile) => person,
}
const SESSION = { store: SESSIONS, parser: sessionParser, what: 'session' }
const TRIES = { store: SIGN_ON_TRIES, parser: signOnTriesParser, what: 'count of failed sign-ins' }
