import { all, parseXml, textAt } from './xml.ts'

/** A device's answer to the search (WS-Discovery). */
export interface Found {
  /** The id that it gives itself; a second answer with this id is from the same device. */
  readonly id: string
  /** Address of its services, always on the host that answered. */
  readonly address: string
  /** As claimed by the device; nothing of it is certain. */
  readonly name: string
  readonly hardware: string
}

/** Default address of an ONVIF device's service. */
const USUAL_PATH = '/onvif/device_service'
const MOST_CHARACTERS = 100

/** The question that all ONVIF cameras of a network answer. @param id of this question, a UUID */
export const probeMessage = (id: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
  'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
  `<e:Header><w:MessageID>uuid:${id}</w:MessageID>` +
  '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>' +
  '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>' +
  '<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>'

/**
 * The devices in an answer. Its sender is unknown, so only the host that answered is trusted, whatever addresses it
 * gives.
 * @param answer as received
 * @param from IP address of the sender
 * @param id of the question; answers to other questions are ignored
 */
export function foundIn(answer: Uint8Array, from: string, id: string): Found[] {
  let root: ReturnType<typeof parseXml>
  try {
    root = parseXml(answer)
  } catch {
    return []
  }
  if (textAt(root, 'RelatesTo') !== `uuid:${id}`) return []
  return all(root, 'ProbeMatch').map((match) => {
    const scopes = textAt(match, 'Scopes').split(/\s+/)
    return {
      id: textAt(match, 'EndpointReference', 'Address').slice(0, MOST_CHARACTERS) || from,
      address: addressOf(textAt(match, 'XAddrs').split(/\s+/), from),
      name: scopeOf(scopes, 'name'),
      hardware: scopeOf(scopes, 'hardware'),
    }
  })
}

function addressOf(addresses: readonly string[], from: string): string {
  const own = addresses
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address))
    .find(({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname === from)
  return own ? `${own.origin}${own.pathname}` : `http://${from}${USUAL_PATH}`
}

function scopeOf(scopes: readonly string[], kind: string): string {
  const start = `onvif://www.onvif.org/${kind}/`
  const scope = scopes.find((one) => one.toLowerCase().startsWith(start))?.slice(start.length) ?? ''
  return plain(decodedOr(scope))
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A device's text on one line, shortened like a name: it is shown to people. */
export const plain = (text: string): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)
