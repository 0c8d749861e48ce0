import { type Adapter, confidenceOf, invalidMessage, plateOf, type Reading, textOf } from '../reading.ts'
import { whenOf } from '../when.ts'
import { childText, type Element, find, parseXml } from '../xml.ts'

/**
 * Hikvision: `EventNotificationAlert` with `ANPR` (ISAPI, "ANPR event message"), as XML alone or with the named
 * pictures as further parts. Other events, such as the sign of life on `alertStream`, have no `ANPR`.
 */
export const hikvision: Adapter = (parts) => {
  const xml = parts.filter(
    ({ type, name, bytes }) => /xml$/.test(type) || /\.xml$/i.test(name) || isXml(bytes),
  )
  if (xml.length === 0) throw invalidMessage('has no XML')
  return xml.flatMap(({ bytes }) => readingOf(parseXml(bytes), parts) ?? [])
}

const isXml = (bytes: Uint8Array) => /^\s*</.test(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))

/** Direction of travel, in the words of ISAPI. */
const DIRECTIONS: Record<string, Reading['direction']> = { forward: 'approaching', reverse: 'receding' }

function readingOf(root: Element, parts: Parameters<Adapter>[0]): Reading | undefined {
  if (root.name !== 'EventNotificationAlert') throw invalidMessage('is no EventNotificationAlert')
  const anpr = find(root, 'ANPR')
  if (!anpr) {
    if (childText(root, 'eventType')?.toUpperCase() === 'ANPR')
      throw invalidMessage('says ANPR and has no element ANPR')
    return undefined
  }
  const plate = plateOf(childText(anpr, 'licensePlate') ?? childText(anpr, 'originalLicensePlate'))
  if (plate === null) return undefined
  const seenAt = whenOf(childText(root, 'dateTime'))
  if (!seenAt) throw invalidMessage('has no dateTime that is an instant')
  const info = find(anpr, 'vehicleInfo')
  const characters = charactersOf(childText(anpr, 'plateCharBelieve'))
  return {
    plate,
    seenAt,
    confidence: confidenceOf(childText(anpr, 'confidenceLevel'), 100),
    ...(characters && { characters }),
    direction: DIRECTIONS[childText(anpr, 'direction')?.toLowerCase() ?? ''] ?? null,
    vehicle: { color: textOf(childText(info, 'color'), 20) },
    pictures: picturesOf(parts),
  }
}

/** `99,98,97`, in hundredths. */
function charactersOf(text: string | undefined): number[] | undefined {
  const each = text?.split(',').map((one) => confidenceOf(one, 100)?.value)
  return each?.every((one) => one !== undefined) ? each.map((one) => one / 100) : undefined
}

/** Pictures by the names that ISAPI gives their parts; a picture without a name is the scene. */
function picturesOf(parts: Parameters<Adapter>[0]): Reading['pictures'] {
  const images = parts.filter(({ type, bytes }) => type.startsWith('image/') || isJpeg(bytes))
  const plate = images.find(({ name }) => /plate/i.test(name))
  const scene = images.find((image) => image !== plate && /detection|background|scene/i.test(image.name))
  const other = images.find((image) => image !== plate)
  return {
    ...(plate && { plate: plate.bytes }),
    ...((scene ?? other) && { scene: (scene ?? other)!.bytes }),
  }
}

const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8
