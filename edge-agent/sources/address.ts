/** The parts of a camera's address, exactly as written. */
export interface Address {
  scheme: string
  /** Undefined if there is none. */
  user?: string
  password?: string
  /** Host and port. */
  host: string
  /** Path and query. */
  rest: string
}

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/?#]*)@)?([^@/?#]*)([^@#]*)$/i
/** RFC 3986, 3.2.1: makes clear to every parser where user and password end. */
const LOGIN = /^(?:[\w.~!$&'()*+,;=:-]|%[0-9a-f]{2})*$/i
const HOST = /^(?:\[[0-9a-f:.]+\]|[\p{L}\p{N}._~-]+)(?::\d{1,5})?$/iu
/** Forbidden in every part, because parsers disagree about it. */
const UNSURE = /[\s\p{Cc}\\]|%(?![0-9a-f]{2})/iu

/** The fault of a camera's address, without repeating any of it; undefined if there is none. */
export function addressFault(address: string): string | undefined {
  const [, , login = '', host = '', rest = ''] = PARTS.exec(address) ?? []
  const isClear = PARTS.test(address) && LOGIN.test(login) && isText(login) && !UNSURE.test(rest)
  if (!isClear) return 'nobody can tell where the parts of this address end; write it percent-encoded'
  if (HOST.test(host) && URL.canParse(address)) return undefined
  // The beginning of a password looks like a port.
  return 'this is no host and port; if it is a part of a user or password, write it percent-encoded'
}

/** Escapes of the characters that would end a user or password, or begin another part. */
export const ENCODED =
  'Write user and password as they are into fields of their own, user and password, and leave them out of the address. ' +
  'Or encode these characters of a user, password, path or query: ' +
  'blank %20, " %22, # %23, % %25, & %26, / %2F, : %3A, = %3D, ? %3F, @ %40, [ %5B, \\ %5C, ] %5D; ' +
  'the others, such as ä, as encodeURIComponent does.'

/** @returns undefined for a faulty address */
export function parseAddress(address: string): Address | undefined {
  if (addressFault(address) !== undefined) return undefined
  const [, scheme = '', login, host = '', rest = ''] = PARTS.exec(address)!
  const [, user, , password] = /^([^:]*)(:(.*))?$/.exec(login ?? '') ?? []
  return {
    scheme,
    host,
    rest,
    ...(login === undefined ? {} : { user: user ?? '' }),
    ...(password === undefined ? {} : { password }),
  }
}

/** An address with this user and password inserted. */
export function withLogin(address: string, user: string, password: string): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  return address.replace('://', () => `://${login}@`)
}

/** A part, decoded; if it is not percent-encoded UTF-8, unchanged. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function isText(part: string): boolean {
  try {
    return decodeURIComponent(part) !== undefined
  } catch {
    return false
  }
}
