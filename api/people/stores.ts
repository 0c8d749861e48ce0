import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type AccessFile, accessFileReader } from '@sightline/schemas/access-request'
import { type Person, personReader } from '@sightline/schemas/person'
import { type Session, type SignOnTries, sessionReader, signOnTriesReader } from '@sightline/schemas/session'
import { ACCESS, PEOPLE, SESSIONS, SIGN_ON_TRIES } from '@sightline/schemas/streams'
import { openRecords, type Records } from '../shared/records.ts'
import type { Seal } from '../shared/seal.ts'

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
export async function openPeople(link: Link, seal: Seal, log: Logger): Promise<PeopleStores> {
  return {
    people: await openRecords(link, { ...PERSON, seal }, log),
    access: await openRecords(link, { ...ACCESS_FILE, seal }, log),
    sessions: await openRecords(link, { ...SESSION, seal }, log),
    tries: await openRecords(link, { ...TRIES, seal }, log),
  }
}

const PERSON = { store: PEOPLE, reader: personReader, what: 'account', keyOf: ({ id }: Person) => id }
const ACCESS_FILE = {
  ...{ store: ACCESS, reader: accessFileReader, what: 'access file' },
  keyOf: ({ person }: AccessFile) => person,
}
const SESSION = { store: SESSIONS, reader: sessionReader, what: 'session' }
const TRIES = { store: SIGN_ON_TRIES, reader: signOnTriesReader, what: 'count of wrong sign-ons' }
