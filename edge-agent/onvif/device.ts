import { cameraHttp } from '../network/camera-http.ts'
import type { Login } from '../network/digest.ts'
import type { Trust } from '../network/trust.ts'
import { addressFault, parseAddress, withLogin } from '../sources/address.ts'
import { plain } from './probe.ts'
import { type Call, call } from './soap.ts'
import { all, type Element, textAt } from './xml.ts'

/** One of a camera's streams. */
export interface Profile {
  readonly name: string
  /** Pixels; 0 if the camera does not say. */
  readonly width: number
  readonly height: number
  /** H264, H265, JPEG … */
  readonly encoding: string
  /** Without user and password; undefined if there is no usable address. */
  readonly stream?: string
  readonly snapshot?: string
}

/** A camera's description of itself. */
export interface Device {
  readonly manufacturer: string
  readonly model: string
  /** Largest first. */
  readonly profiles: readonly Profile[]
}

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl'
const MEDIA = 'http://www.onvif.org/ver10/media/wsdl'
const SCHEMA = 'http://www.onvif.org/ver10/schema'
const PATIENCE_MS = 10_000
const MOST_PROFILES = 32

/**
 * Asks a camera what it is and where its streams are. Only addresses on the camera's own host are used or written down.
 * @param address of its device service, without user and password
 * @throws SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE and others of `causeOf`
 */
export async function askDevice(
  address: string,
  login: Login | undefined,
  trust: Trust = {},
): Promise<Device> {
  // Some want HTTP Digest instead of, or in addition to, the token in the message.
  const whole = login ? withLogin(address, login.user, login.password) : address
  // Anybody may have answered the search, so the password is never sent in the clear: it may open all cameras.
  const http = cameraHttp(whole, trust, { digest: new URL(address).protocol === 'http:' })
  const signal = AbortSignal.timeout(PATIENCE_MS)
  let offsetMs = 0
  const ask = (body: string, at = address, as = login) => {
    const request: Call = { address: at, body, now: Date.now() + offsetMs, ...(as && { login: as }) }
    return call(http, request, signal)
  }
  try {
    const clock = await ask(`<GetSystemDateAndTime xmlns="${DEVICE}"/>`, address, undefined).catch(
      () => undefined,
    )
    offsetMs = clock ? offsetOf(clock) : 0
    const information = await ask(`<GetDeviceInformation xmlns="${DEVICE}"/>`)
    const capabilities = await ask(
      `<GetCapabilities xmlns="${DEVICE}"><Category>All</Category></GetCapabilities>`,
    )
    const media = own(textAt(capabilities, 'Media', 'XAddr'), address) ?? address
    const profiles: Profile[] = []
    for (const profile of all(await ask(`<GetProfiles xmlns="${MEDIA}"/>`, media), 'Profiles').slice(
      0,
      MOST_PROFILES,
    )) {
      const token = profile.attributes.token ?? ''
      // It is in the next request.
      if (!/^[\w.-]{1,64}$/.test(token)) continue
      const uri = async (request: string, before = '') => {
        const body = `<${request} xmlns="${MEDIA}">${before}<ProfileToken>${token}</ProfileToken></${request}>`
        return own(textAt(await ask(body, media), 'Uri'), address)
      }
      const setup = `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream><Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`
      const stream = await uri('GetStreamUri', setup)
      // Many cameras do not have one.
      const snapshot = await uri('GetSnapshotUri').catch(() => undefined)
      profiles.push({
        ...described(profile),
        ...(stream === undefined ? {} : { stream }),
        ...(snapshot === undefined ? {} : { snapshot }),
      })
    }
    return {
      manufacturer: plain(textAt(information, 'Manufacturer')),
      model: plain(textAt(information, 'Model')),
      profiles: profiles.sort((a, b) => b.width * b.height - a.width * a.height),
    }
  } finally {
    http.close()
  }
}

function described(profile: Element): Pick<Profile, 'name' | 'width' | 'height' | 'encoding'> {
  const encoder = all(profile, 'VideoEncoderConfiguration')[0] ?? profile
  const pixels = (name: string) => {
    const value = Number(textAt(encoder, 'Resolution', name))
    return Number.isSafeInteger(value) && value > 0 && value < 100_000 ? value : 0
  }
  return {
    name: plain(textAt(profile, 'Name')),
    width: pixels('Width'),
    height: pixels('Height'),
    encoding: plain(textAt(encoder, 'Encoding')).slice(0, 20),
  }
}

/** How far a device's clock is ahead of ours, ms. */
function offsetOf(answer: Element): number {
  const [utc] = all(answer, 'UTCDateTime')
  if (!utc) return 0
  const [year, month, day, hour, minute, second] = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second'].map(
    (name) => Number(textAt(utc, name)),
  ) as [number, number, number, number, number, number]
  const theirs = Date.UTC(year, month - 1, day, hour, minute, second)
  return Number.isNaN(theirs) ? 0 : theirs - Date.now()
}

/** An address that a device gives, without user and password, if it is on the device's own host. */
function own(named: string, address: string): string | undefined {
  if (named.length > 1000 || addressFault(named) !== undefined) return undefined
  const { scheme, host, rest } = parseAddress(named)!
  if (!/^(https?|rtsps?)$/i.test(scheme)) return undefined
  const plainAddress = `${scheme}://${host}${rest}`
  return new URL(plainAddress).hostname === new URL(address).hostname ? plainAddress : undefined
}
