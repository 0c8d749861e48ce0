import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { issuerNamed } from './issuers.ts'

/**
 * How much a text looks like a plate number, from what plates are like everywhere: four to eight characters,
 * nearly always with digits, printed in capitals. The figures are judgment, not fitted to photographs.
 */

/** By number of characters, from 0 on. */
const LENGTH = [0, 0, 0.02, 0.15, 0.5, 0.85, 1, 1, 0.8, 0.3, 0.1]

const ALL_DIGITS = 0.4
const ALL_LETTERS = 0.25
const WORD = 0.02
/** Three lowercase letters and more: a recognizer that distinguishes case saw a word. */
const SMALL_LETTERS = 0.3

const NOT_A_PLATE = [
  /www|https?:|@|\.(com|net|org|gov|br|de|uk|info)\b/i, // addresses
  /\d{3}[-. )]+\d{3}[-. ]\d{4}|^\D*\d{3}-\d{4}\D*$/, // telephone numbers
  /\d{1,2}:\d{2}|\d{1,4}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d{2}-\d{2}/, // times and dates
  /\d\s*(km\/h|mph|kmh|€|\$|%)|[€$]\s*\d/i, // speeds and prices
]

/** Words on and around vehicles that are not plates. */
const WORDS = new Set(
  `ACURA ALFA AMBULANCE ARMY AUDI AUTO AUTOMATIC AVIS BANK BENTLEY BENZ BMW BUICK BUS CADILLAC CAFE CAMRY CHEVROLET
  CHEVY CHRYSLER CITROEN CIVIC CLOSED COROLLA CUSTOMS DACIA DEALER DIESEL DODGE DUCATI ENTER ENTRANCE ESCAPE ESCORT
  EXIT EXPLORER EXPRESS FERRARI FIAT FIESTA FIRE FOCUS FORD GMC GOLF HARLEY HERTZ HONDA HOTEL HUMMER HYBRID HYUNDAI
  INFINITI ISUZU IVECO JAGUAR JEEP JETTA KAWASAKI KEEP KIA LADA LANE LEXUS LIMIT LIMITED LINCOLN LOAD MAZDA MERCEDES
  MERCURY MINI MITSUBISHI MOTORS MUSTANG NISSAN NORTH OCTAVIA ONLY OPEL OPEN PARK PARKING PASSAT PEUGEOT POLICE POLO
  PONTIAC PORSCHE PRIUS PULL PUSH RANGER RENAULT RENT RENTAL ROUTE ROVER SAAB SALE SATURN SCANIA SCHOOL SCION SEAT
  SERVICE SHELL SIERRA SILVERADO SKODA SLOW SMART SOUTH SPEED SPORT STATE STOP SUBARU SUZUKI TAHOE TAXI TESLA TRUCK
  TOYOTA TRANSIT TURBO UNO VOLKSWAGEN VOLVO WARNING YAMAHA YIELD ZONE`.split(/\s+/),
)

/**
 * @param text normal form, capitals and digits
 * @param raw the same as printed, with separators and case if known
 * @returns 0 (not a plate) to 1 (like plates)
 */
export function plateSyntax(text: string, raw: string): number {
  if (text.length > MAX_PLATE_LENGTH || NOT_A_PLATE.some((pattern) => pattern.test(raw))) return 0
  const small = (raw.match(/\p{Ll}/gu)?.length ?? 0) >= 3 ? SMALL_LETTERS : 1
  return (LENGTH[text.length] ?? 0) * small * composition(text)
}

/** The same for what may be only part of a plate number: two and three characters are as good as six. */
export function fragmentSyntax(text: string, raw: string): number {
  return text.length === 2 || text.length === 3 ? composition(text) : plateSyntax(text, raw)
}

function composition(text: string): number {
  if (/^\d+$/.test(text)) return ALL_DIGITS
  if (/\d/.test(text)) return 1
  return WORDS.has(text) || issuerNamed(text) ? WORD : ALL_LETTERS
}
