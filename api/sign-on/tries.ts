import { createHash } from 'node:crypto'
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { instant } from '@sightline/runtime/clock'
import type { SignOnTries } from '@sightline/schemas/session'

/**
 * Failed sign-ins are counted by name and place together, so an attacker locks themselves out, not the person. Attempts
 * from many places at once are limited by name; browsers in which the person has signed in before are exempt from that.
 * Pure.
 */

/** Failed sign-ins in a row, from one place, after which a name is locked there. */
export const MAX_WRONG = 5
/** How long the first lock lasts, milliseconds; each further failed sign-in doubles it, up to a day. */
export const LOCK_MS = 5 * 60_000
const LONGEST_LOCK_MS = 24 * 3_600_000

/** Failed sign-ins with one name in an hour, from all unknown places together, after which these places are locked. */
export const MAX_WRONG_ELSEWHERE = 50
export const ELSEWHERE_MS = 3_600_000

/** Places remembered per name, the latest; earlier ones are in the total count. */
const MOST_PLACES = 16
/** Browsers remembered per name. */
const MOST_KNOWN = 16

export interface Tries {
  wrong: number
  lockedUntil: string | null
}

export const NO_TRIES: Tries = { wrong: 0, lockedUntil: null }
export const NONE: SignOnTries = { v: 1, places: [], elsewhere: { wrong: 0, since: null }, known: [] }

export const isLocked = ({ lockedUntil }: Tries, now: number): boolean =>
  lockedUntil !== null && now < Date.parse(lockedUntil)

/** The attempts from a place after another failed one. */
export function countWrongTry({ wrong }: Tries, now: number): Tries {
  const more = wrong + 1
  const lock = more < MAX_WRONG ? null : Math.min(LOCK_MS * 2 ** (more - MAX_WRONG), LONGEST_LOCK_MS)
  return { wrong: more, lockedUntil: lock === null ? null : instant(now + lock) }
}

/** From where a person signs in. */
export interface Place {
  /** Address of the caller. */
  address: string
  /** Value that the browser got at a sign-in; a new one for an unknown browser. */
  device: string
}

const digest = (...parts: string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)

/** Where attempts are counted: a known browser on its own, everything else by its network. */
export function placeIn(
  { known }: SignOnTries,
  { address, device }: Place,
): { id: string; isKnown: boolean } {
  const browser = digest('browser', device)
  const isKnown = known.includes(browser)
  return { id: isKnown ? browser : digest('address', networkOf(address)), isKnown }
}

/** An IPv4 address; for IPv6 the network of one caller. */
export function networkOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  if (isIPv4(mapped) || !isIPv6(mapped)) return mapped
  const [head = '', tail = ''] = new SocketAddress({ address: mapped, family: 'ipv6' }).address.split('::')
  const [front, back] = [head, tail].map((part) => part.split(':').filter(Boolean))
  const zeros = Array(Math.max(0, 8 - front!.length - back!.length)).fill('0')
  return `${[...front!, ...zeros, ...back!].slice(0, 4).join(':')}::/64`
}

/** Until when nobody can sign in from there; null when they may try. */
export function lockEnd(tries: SignOnTries, from: Place, now: number): string | null {
  const { id, isKnown } = placeIn(tries, from)
  const here = tries.places.find(({ place }) => place === id)
  if (here && isLocked(here, now)) return here.lockedUntil
  const { wrong, since } = tries.elsewhere
  if (isKnown || since === null || wrong < MAX_WRONG_ELSEWHERE) return null
  const end = Date.parse(since) + ELSEWHERE_MS
  return now < end ? instant(end) : null
}

/** All attempts with a name after another failed one. */
export function withWrong(tries: SignOnTries, from: Place, now: number): SignOnTries {
  const { id, isKnown } = placeIn(tries, from)
  const here = tries.places.find(({ place }) => place === id) ?? NO_TRIES
  const others = tries.places.filter(({ place }) => place !== id).slice(0, MOST_PLACES - 1)
  const { wrong, since } = tries.elsewhere
  const isOver = since === null || now >= Date.parse(since) + ELSEWHERE_MS
  return {
    ...tries,
    places: [{ place: id, ...countWrongTry(here, now) }, ...others],
    elsewhere: isKnown
      ? tries.elsewhere
      : { wrong: isOver ? 1 : wrong + 1, since: isOver ? instant(now) : since },
  }
}

/** The same after a successful one: the count of that place is cleared, and its browser becomes known. */
export function withRight(tries: SignOnTries, from: Place): SignOnTries {
  const { id } = placeIn(tries, from)
  const browser = digest('browser', from.device)
  return {
    ...tries,
    places: tries.places.filter(({ place }) => place !== id),
    known: [browser, ...tries.known.filter((one) => one !== browser)].slice(0, MOST_KNOWN),
  }
}
