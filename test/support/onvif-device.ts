import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An ONVIF camera for tests: WS-Discovery over real UDP multicast on the loopback network, its services over real HTTP, and a
 * password that it checks as cameras do. Everything it answers can be replaced by something hostile.
 */
export interface OnvifRules {
  login?: { user: string; password: string }
  /** How far its clock is ahead, ms. */
  clockMs?: number
  /** Texts in place of its own answers, by the name of the request; `Probe` for WS-Discovery. */
  answers?: Record<string, string | Buffer>
  /** Host that it names for its services and streams, where it is not its own. */
  names?: string
  /** It demands Digest of HTTP, and no token in the message. */
  digest?: { judge(request: IncomingMessage): 'yes' | string }
  /** How often it answers a probe. */
  times?: number
}

const GROUP = '239.255.255.250'
/** Off by more, a camera refuses a token. */
const MOST_MS = 60_000

export interface OnvifDevice {
  readonly address: string
  readonly httpPort: number
  /** Names of the requests that came, in their order. */
  readonly asked: string[]
  close(): void
}

/** @param udpPort where it listens for probes */
export async function onvifDevice(udpPort: number, rules: OnvifRules = {}): Promise<OnvifDevice> {
  const asked: string[] = []
  const nonces = new Set<string>()
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.once('end', () => {
      const text = Buffer.concat(chunks).toString()
      const name = /<(?:\w+:)?Body>\s*<(?:\w+:)?(\w+)/.exec(text)?.[1] ?? ''
      const verdict = rules.digest && name !== 'GetSystemDateAndTime' ? rules.digest.judge(request) : 'yes'
      if (verdict !== 'yes') return void response.writeHead(401, { 'www-authenticate': verdict }).end()
      asked.push(name)
      const replaced = rules.answers?.[name]
      if (replaced !== undefined) return void response.end(replaced)
      if (name !== 'GetSystemDateAndTime' && rules.login && !rules.digest && !isSignedIn(text)) {
        return void response
          .writeHead(400)
          .end(
            envelope(
              '<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:NotAuthorized</e:Value></e:Subcode></e:Code></e:Fault>',
            ),
          )
      }
      response.end(envelope(answerTo(name, text)))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port: httpPort } = http.address() as AddressInfo
  const base = `http://${rules.names ?? `127.0.0.1:${httpPort}`}`

  function isSignedIn(text: string): boolean {
    const { user, password } = rules.login!
    const field = (name: string) =>
      new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(text)?.[1] ?? ''
    const nonce = field('Nonce')
    const created = field('Created')
    const digest = createHash('sha1')
      .update(Buffer.from(nonce, 'base64'))
      .update(created)
      .update(password)
      .digest('base64')
    const name = field('Username').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    const isFresh =
      !nonces.has(nonce) && Math.abs(Date.parse(created) - Date.now() - (rules.clockMs ?? 0)) < MOST_MS
    nonces.add(nonce)
    return isFresh && name === user && field('Password') === digest
  }

  function answerTo(name: string, text: string): string {
    const rtsp = `rtsp://${rules.names ?? '127.0.0.1:8554'}`
    const token = /ProfileToken>([^<]*)</.exec(text)?.[1] ?? ''
    switch (name) {
      case 'GetSystemDateAndTime': {
        const now = new Date(Date.now() + (rules.clockMs ?? 0))
        return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`
      }
      case 'GetDeviceInformation':
        return '<tds:GetDeviceInformationResponse><tds:Manufacturer>Acme &amp; Sons</tds:Manufacturer><tds:Model>Gate 7</tds:Model></tds:GetDeviceInformationResponse>'
      case 'GetCapabilities':
        return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>${base}/onvif/Media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`
      case 'GetProfiles':
        return `<trt:GetProfilesResponse>${profile('sub', 640, 360, 'H264')}${profile('main', 1920, 1080, 'H265')}</trt:GetProfilesResponse>`
      case 'GetStreamUri':
        return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${rtsp}/Streaming/${token}?a=1&amp;b=2</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`
      case 'GetSnapshotUri':
        return `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>${base}/snapshot/${token}.jpg</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`
      default:
        return '<e:Fault><e:Code><e:Value>e:Receiver</e:Value></e:Code></e:Fault>'
    }
  }

  const udp = createSocket({ type: 'udp4', reuseAddr: true })
  udp.bind(udpPort)
  await once(udp, 'listening')
  udp.addMembership(GROUP, '127.0.0.1')
  udp.on('message', (message, { port, address }) => {
    const id = /MessageID>([^<]*)</.exec(message.toString())?.[1] ?? ''
    const own = envelope(
      `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:${httpPort}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/hardware/G-7 onvif://www.onvif.org/name/Gate%20seven</d:Scopes><d:XAddrs>${base}/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches>`,
      `<a:RelatesTo>${id}</a:RelatesTo>`,
    )
    const answer = rules.answers?.Probe ?? own
    const text = typeof answer === 'string' ? answer.replaceAll('{id}', id) : answer
    for (let n = 0; n < (rules.times ?? 1); n++) udp.send(text, port, address)
  })
  return {
    address: `http://127.0.0.1:${httpPort}/onvif/device_service`,
    httpPort,
    asked,
    close() {
      udp.close()
      http.closeAllConnections()
      http.close()
    },
  }
}

const profile = (token: string, width: number, height: number, encoding: string) =>
  `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token} stream</tt:Name><tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name><tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>`

export const envelope = (body: string, header = '') =>
  `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`
