/** Sentences of NMEA 0183 from a receiver, of any constellation (GP, GN, GL …). Pure. */
export type Sentence = Gga | Rmc | Gsa

/** Fix data: the quality of the fix. */
export interface Gga {
  type: 'GGA'
  /** 0: none; 1 … 5: from satellites; 6 … 8: estimated, entered by hand, simulated. */
  quality: number
  hdop: number | null
}

/** Recommended minimum: position and motion at an instant. */
export interface Rmc {
  type: 'RMC'
  /** The receiver declares the position valid, from satellites. */
  valid: boolean
  /** Milliseconds since 1970, UTC. */
  at: number
  lat: number
  lon: number
  speedMps: number | null
  headingDeg: number | null
}

/** Dilution of precision. */
export interface Gsa {
  type: 'GSA'
  /** 1: no fix, 2: without height, 3: with height. */
  mode: number
  hdop: number | null
}

const KNOT_MPS = 1852 / 3600
/** Sentences have at most 82 characters; some receivers write more decimals. */
const LONGEST = 120

/** @returns null for anything but a complete sentence of these kinds: cut, garbled, or with a position that cannot be */
export function parseSentence(line: string): Sentence | null {
  const [, body = '', checksum = ''] = /^\$([A-Z]{2}[A-Z]{3},[^*$]*)\*([0-9A-Fa-f]{2})\s*$/.exec(line) ?? []
  if (!body || line.length > LONGEST || Number.parseInt(checksum, 16) !== xor(body)) return null
  const [address = '', ...fields] = body.split(',')
  if (address.endsWith('GGA')) return { type: 'GGA', quality: Number(fields[5]), hdop: number(fields[7]) }
  if (address.endsWith('GSA')) return { type: 'GSA', mode: Number(fields[1]), hdop: number(fields[15]) }
  if (address.endsWith('RMC')) return rmc(fields)
  return null
}

function rmc([
  time,
  status,
  lat,
  northSouth,
  lon,
  eastWest,
  knots,
  course,
  date,
  ,
  ,
  mode,
]: string[]): Rmc | null {
  const at = instantOf(date, time)
  const place = { lat: angle(lat, northSouth, 'NS', 90), lon: angle(lon, eastWest, 'EW', 180) }
  if (at === null || place.lat === null || place.lon === null) return null
  const speed = number(knots)
  const heading = number(course)
  return {
    type: 'RMC',
    // The mode was added in NMEA 2.3: autonomous, differential, float RTK, precise and RTK are satellite fixes.
    valid: status === 'A' && (!mode || 'ADFPR'.includes(mode)),
    at,
    lat: place.lat,
    lon: place.lon,
    speedMps: speed !== null && speed >= 0 ? speed * KNOT_MPS : null,
    headingDeg: heading !== null && heading >= 0 && heading <= 360 ? heading % 360 : null,
  }
}

/** The checksum of a sentence's characters between `$` and `*`. */
export function xor(body: string): number {
  let sum = 0
  for (const character of body) sum ^= character.charCodeAt(0)
  return sum
}

const number = (field: string | undefined): number | null =>
  field !== undefined && /^\d+(\.\d*)?$/.test(field) ? Number(field) : null

/** `3242.9440`, `N` (degrees and minutes) as degrees. */
function angle(field = '', hemisphere = '', signs: string, limit: number): number | null {
  const [, whole, minutes] = /^(\d{2,3})(\d{2}(?:\.\d*)?)$/.exec(field) ?? []
  if (!whole || !minutes || hemisphere.length !== 1 || !signs.includes(hemisphere)) return null
  const value = Number(whole) + Number(minutes) / 60
  if (Number(minutes) >= 60 || value > limit) return null
  return hemisphere === signs[0] ? value : -value
}

/** `241126`, `030501.123` as milliseconds since 1970. */
function instantOf(date = '', time = ''): number | null {
  const [, day, month, year] = /^(\d\d)(\d\d)(\d\d)$/.exec(date) ?? []
  const [, hours, minutes, seconds, fraction = ''] = /^(\d\d)(\d\d)(\d\d)(?:\.(\d*))?$/.exec(time) ?? []
  if (!year || !seconds) return null
  const iso = `20${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
  const at = Date.parse(iso)
  // Date.parse accepts the 31st of February as a day of March.
  return Number.isNaN(at) || new Date(at).toISOString() !== iso ? null : at
}
