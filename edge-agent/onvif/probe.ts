import { all, parseXml, textAt } from './xml.ts'

/** What a device says of itself when it is looked for (WS-Discovery). */
export interface Found {
  /** The id that it gives itself; whoever answers again under it is the same device. */
  readonly id: string
  /** Where its services are, with the host from which it answered, and no other. */
  readonly address: string
  /** As it says; nothing of it is certain. */
  readonly name: string
  readonly hardware: string
}

/** Where an ONVIF device has its service unless it says otherwise. */
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
 * The devices of an answer. Nobody knows who sent it: so only the host that answered is believed, whatever addresses it names.
 * @param answer as it came
 * @param from IP address of the sender
 * @param id of the question; answers to others are none
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

/** What a device says, on one line and as long as a name is: it is shown to people. */
export const plain = (text: string): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS)
