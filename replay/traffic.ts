import type { Camera } from '@sightline/schemas/camera'
import { EDGE_SOURCE, type Read } from '@sightline/schemas/read'
import { numberedIds } from './ids.ts'
import { instantOf } from './instants.ts'
import type { Line } from './line.ts'

/**
 * Made-up reads: traffic that matches nothing, and planted hits that match the one display made for each. A planted
 * plate is more than one edit and any look-alikes away from every other plate in here, and has two characters more than
 * issuers print: an alert of another read is the matcher's mistake, not chance.
 */

const ENGINE = 'sightline-replay'
const PLANTED_ENGINE = { name: ENGINE, version: 'planted' } as const
const TRAFFIC_ENGINE = { name: ENGINE, version: 'traffic' } as const

/** The plate of a read that is a planted hit, null for any other. */
export const plantedPlateOf = ({ engine, plate }: Read): string | null =>
  engine.name === PLANTED_ENGINE.name && engine.version === PLANTED_ENGINE.version ? plate : null

/** No two of these look alike (matching/look-alikes.ts). */
const UNLIKE = '0123456789CEFJPRUH'
const UNLIKE_PLACES = 4
/** Most planted hits of one run. */
export const MOST_PLANTED = UNLIKE.length ** UNLIKE_PLACES

/** Plate of planted hit number `n`: written twice, so that two of them differ in two characters at least. */
export function plantedPlate(n: number): string {
  let code = ''
  for (let place = 0, rest = n; place < UNLIKE_PLACES; place++) {
    code += UNLIKE[rest % UNLIKE.length]
    rest = Math.floor(rest / UNLIKE.length)
  }
  return `XK${code}${code}`
}

/** Letters without X and K, which planted plates begin with. */
const LETTERS = 'ABCDEFGHIJLMNOPQRSTUVWYZ'
const DIGITS = '0123456789'
/** Letter and digit in turn, which no issuer in the United States prints: the displays of a real list stay silent. */
const FORM = [LETTERS, DIGITS, LETTERS, DIGITS, LETTERS, DIGITS, LETTERS]
const PLATES = FORM.reduce((product, { length }) => product * length, 1)
/** No common factor with PLATES: neighbors in the stream are unlike, and none returns before all were there. */
const STRIDE = 104_729_003

/** Plate number `n` of the traffic. */
export function trafficPlate(n: number): string {
  let rest = Number((BigInt(n) * BigInt(STRIDE)) % BigInt(PLATES))
  let plate = ''
  for (const characters of FORM) {
    plate += characters[rest % characters.length]
    rest = Math.floor(rest / characters.length)
  }
  return plate
}

const CAMERA: Camera = {
  id: 'replay-1',
  owner: 'Load test',
  ownerType: 'agency',
  kind: 'fixed',
  country: 'US',
  address: null,
}

/** A read that is sure of every character. */
function madeUp(plate: string, like: Pick<Read, 'id' | 'seenAt' | 'camera' | 'source' | 'engine'>): Read {
  const { id, seenAt, camera, source, engine } = like
  return {
    ...{ v: 1, id, plate, confidence: 0.99 },
    chars: Array.from(plate, (char) => ({ char, confidence: 1, alternatives: [] })),
    ...{ region: 'us-ca', regionConfidence: 0.9, seenAt, camera, source },
    position: { fix: 'surveyed', lat: 32.71, lon: -117.17, accuracyM: 1, headingDeg: null, speedMps: null },
    vehicle: null,
    pictures: { plate: null, vehicle: null },
    engine,
  }
}

/** Makes up lines of traffic. A read is written once; the others are it with other values. */
function trafficWriter(): (n: number, id: string, seenAt: string) => Line {
  const [camera, source, planted] = [CAMERA, EDGE_SOURCE, null]
  const sample = madeUp('', { id: '', seenAt: '', camera, source, engine: TRAFFIC_ENGINE })
  const text = JSON.stringify(sample)
  const parts = text.split(
    /(?<="id":")(?=","plate)|(?<="plate":")(?=","conf)|(?<="chars":\[)|(?<="seenAt":")/,
  )
  const charText = new Map(
    Array.from(LETTERS + DIGITS, (char) => [char, JSON.stringify(madeUp(char, sample).chars[0])]),
  )
  return (n, id, seenAt) => {
    const plate = trafficPlate(n)
    let chars = ''
    for (const char of plate) chars += chars === '' ? charText.get(char) : `,${charText.get(char)}`
    const text = parts[0] + id + parts[1] + plate + parts[2] + chars + parts[3] + seenAt + parts[4]
    return { text, id, seenAt, camera, source, planted }
  }
}

/** `count` reads of traffic, `perSecond` of them a second from `from` (milliseconds) on. */
export function* synthesise(count: number, perSecond: number, from: number): Generator<Line, void> {
  const ids = numberedIds()
  const write = trafficWriter()
  for (let n = 0; n < count; n++) {
    yield write(n, ids.id(n), instantOf(from + (n * 1000) / perSecond))
  }
}

/**
 * A stream with planted hits put in at even distances, the last of them at its end: when its alert is there, the whole
 * stream was judged. Each is seen by the camera of the read before it, at the same time.
 * @param length reads in the stream, at least one; if there are fewer, the hits left over come together at the end
 */
export async function* withPlanted(
  lines: AsyncIterable<Line> | Iterable<Line>,
  length: number,
  planted: number,
): AsyncGenerator<Line, void> {
  const ids = numberedIds()
  const hit = (n: number, { seenAt, camera, source }: Line): Line => {
    const [id, plate] = [ids.id(n), plantedPlate(n)]
    const read = madeUp(plate, { id, seenAt, camera, source, engine: PLANTED_ENGINE })
    return { text: JSON.stringify(read), id, seenAt, camera, source, planted: plate }
  }
  let n = 0
  let done = 0
  let last: Line | undefined
  for await (const line of lines) {
    yield line
    last = line
    n++
    const due = Math.min(planted, Math.floor((n * planted) / length))
    while (done < due) yield hit(done++, line)
  }
  while (last && done < planted) yield hit(done++, last)
}
