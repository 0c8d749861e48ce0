import type { Camera } from '@sightline/schemas/camera'
import { EDGE_SOURCE, type Read } from '@sightline/schemas/read'
import { numberedIds } from './ids.ts'
import { instantOf } from './instants.ts'
import type { Line } from './line.ts'

/**
 * Made-up reads: traffic that matches nothing, and planted hits that match the one display made for each. A planted
 * plate differs from every other plate here by more than one edit and look-alikes, and has two characters more than
 * issuers print: an alert for another read is the matcher's error, not chance.
 */

const ENGINE = 'sightline-replay'
const PLANTED_ENGINE = { name: ENGINE, version: 'planted' } as const
const TRAFFIC_ENGINE = { name: ENGINE, version: 'traffic' } as const

/** The plate of a planted hit, null for any other read. */
export const plantedPlateOf = ({ engine, plate }: Read): string | null =>
  engine.name === PLANTED_ENGINE.name && engine.version === PLANTED_ENGINE.version ? plate : null

/** No two of these look alike (matching/plate-key.ts). */
const UNLIKE = '0123456789CEFJPRUH'
const UNLIKE_PLACES = 4
/** Maximum number of planted hits in one run. */
export const MOST_PLANTED = UNLIKE.length ** UNLIKE_PLACES

/** Plate of planted hit number `n`: written twice, so that any two differ in at least two characters. */
export function plantedPlate(n: number): string {
  let code = ''
  for (let place = 0, rest = n; place < UNLIKE_PLACES; place++) {
    code += UNLIKE[rest % UNLIKE.length]
    rest = Math.floor(rest / UNLIKE.length)
  }
  return `XK${code}${code}`
}

/** Whether a plate has the form of `plantedPlate`. */
export const isPlantedPlate = (plate: string): boolean =>
  new RegExp(`^XK([${UNLIKE}]{${UNLIKE_PLACES}})\\1$`).test(plate)

/** Letters without X and K, with which planted plates begin. */
const LETTERS = 'ABCDEFGHIJLMNOPQRSTUVWYZ'
const DIGITS = '0123456789'
/**
 * Letters and digits alternating, which no issuer in the United States prints: displays of a real list do not match.
 */
const FORM = [LETTERS, DIGITS, LETTERS, DIGITS, LETTERS, DIGITS, LETTERS]
const PLATES = FORM.reduce((product, { length }) => product * length, 1)
/** Has no common factor with PLATES: neighbors in the stream differ, and no plate repeats before all were used. */
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

/** A read that is certain of every character. */
function makeUpRead(plate: string, like: Pick<Read, 'id' | 'seenAt' | 'camera' | 'source' | 'engine'>): Read {
  const { id, seenAt, camera, source, engine } = like
  return {
    v: 1,
    id,
    plate,
    confidence: 0.99,
    chars: Array.from(plate, (char) => ({ char, confidence: 1, alternatives: [] })),
    region: 'us-ca',
    regionConfidence: 0.9,
    seenAt,
    camera,
    source,
    position: { fix: 'surveyed', lat: 32.71, lon: -117.17, accuracyM: 1, headingDeg: null, speedMps: null },
    vehicle: null,
    pictures: { plate: null, vehicle: null },
    engine,
  }
}

/** Writes lines of traffic. It serializes one read; the others replace values in its text. */
function trafficWriter(): (n: number, id: string, seenAt: string) => Line {
  const [camera, source, planted] = [CAMERA, EDGE_SOURCE, null]
  const sample = makeUpRead('', { id: '', seenAt: '', camera, source, engine: TRAFFIC_ENGINE })
  const text = JSON.stringify(sample)
  const parts = text.split(
    /(?<="id":")(?=","plate)|(?<="plate":")(?=","conf)|(?<="chars":\[)|(?<="seenAt":")/,
  )
  const charText = new Map(
    Array.from(LETTERS + DIGITS, (char) => [char, JSON.stringify(makeUpRead(char, sample).chars[0])]),
  )
  return (n, id, seenAt) => {
    const plate = trafficPlate(n)
    let chars = ''
    for (const char of plate) chars += chars === '' ? charText.get(char) : `,${charText.get(char)}`
    const text = parts[0] + id + parts[1] + plate + parts[2] + chars + parts[3] + seenAt + parts[4]
    return { text, id, seenAt, camera, source, planted }
  }
}

/** `count` reads of traffic, `perSecond` per second from `from` (milliseconds). */
export function* synthesise(count: number, perSecond: number, from: number): Generator<Line, void> {
  const ids = numberedIds()
  const write = trafficWriter()
  for (let n = 0; n < count; n++) {
    yield write(n, ids.id(n), instantOf(from + (n * 1000) / perSecond))
  }
}

/**
 * A stream with planted hits inserted at even distances, the last at its end: when its alert has arrived, the whole
 * stream was matched. Each has the camera and time of the read before it.
 * @param length reads in the stream, at least one; if there are fewer, the remaining hits come together at the end
 */
export async function* withPlanted(
  lines: AsyncIterable<Line> | Iterable<Line>,
  length: number,
  planted: number,
): AsyncGenerator<Line, void> {
  const ids = numberedIds()
  const hit = (n: number, { seenAt, camera, source }: Line): Line => {
    const [id, plate] = [ids.id(n), plantedPlate(n)]
    const read = makeUpRead(plate, { id, seenAt, camera, source, engine: PLANTED_ENGINE })
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
