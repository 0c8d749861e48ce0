import { instant } from '@sightline/runtime/clock'
import { createParser } from '@sightline/schemas/message'
import type { Read } from '@sightline/schemas/read'
import Type, { type Static } from 'typebox'
import { numberedIds } from './ids.ts'
import { type Draw, pseudonymsOf } from './pseudonyms.ts'
import { isPlantedPlate, plantedPlateOf } from './traffic.ts'

/** First line of a recording of live reads: what was replaced in it. */
export const RecordingNote = Type.Object(
  {
    v: Type.Literal(1),
    recording: Type.Literal('pseudonyms'),
    reads: Type.Integer({ minimum: 0 }),
    plates: Type.Integer({ minimum: 0 }),
    note: Type.String(),
  },
  { title: 'RecordingNote', additionalProperties: false },
)
export type RecordingNote = Static<typeof RecordingNote>

const noteParser = createParser('note of a recording', RecordingNote)

/** Whether a line of a recording is its note. Reads have no such field. */
export function isNote(text: string): boolean {
  if (!text.includes('"recording":')) return false
  try {
    noteParser.parseJson(text)
    return true
  } catch {
    return false
  }
}

const NOTE =
  'Plates are replaced by others of the same form, drawn at random and kept nowhere; ids are new; times are shifted by one unknown amount; there are no pictures, makes or models. Cameras, places, directions, colors and kinds are as they were. The same vehicle keeps the same plate: who knows when a vehicle passed one of the cameras may find its other passes here, and who knows when the file was made may find the amount. Treat the file as confidential.'

/** A read says of itself what read it: only a plate that nobody has stays on its word. */
const isPlanted = (read: Read): boolean => plantedPlateOf(read) !== null && isPlantedPlate(read.plate)

/** Times are shifted back by up to a year. */
const MOST_SHIFT_MS = 365 * 86_400_000

/**
 * Reads without what tells whose they are: other plates (pseudonyms.ts), other ids (an id is made of the plate), other times.
 * Planted hits, which nobody drives, stay.
 * @param draw from a source that nobody can predict
 */
export function withoutNames(reads: readonly Read[], draw: Draw): { note: RecordingNote; reads: Read[] } {
  const real = reads.filter((read) => !isPlanted(read)).map(({ plate }) => plate)
  const plates = new Set(real)
  const pseudonyms = pseudonymsOf(plates, draw)
  const shift = 1 + draw(MOST_SHIFT_MS)
  const earlier = (at: string) => instant(Date.parse(at) - shift)
  const ids = numberedIds()

  function textOf(read: Read): Pick<Read, 'plate' | 'chars'> {
    const { plate, chars } = read
    if (isPlanted(read)) return { plate, chars }
    return {
      plate: pseudonyms.of(plate),
      chars: chars.map(({ char, confidence, alternatives }, place) => ({
        char: pseudonyms.charOf(plate, place, char),
        confidence,
        alternatives: alternatives.map((one) => ({
          char: pseudonyms.charOf(plate, place, one.char),
          confidence: one.confidence,
        })),
      })),
    }
  }

  const nameless = reads.map((read, n): Read => {
    const { pass, vehicle } = read
    return {
      ...read,
      ...textOf(read),
      id: ids.id(n),
      seenAt: earlier(read.seenAt),
      pictures: { plate: null, vehicle: null },
      vehicle: vehicle && { ...vehicle, make: null, model: null },
      ...(pass && {
        pass: { ...pass, firstSeenAt: earlier(pass.firstSeenAt), lastSeenAt: earlier(pass.lastSeenAt) },
      }),
    }
  })
  const note: RecordingNote = {
    ...{ v: 1, recording: 'pseudonyms' },
    ...{ reads: nameless.length, plates: plates.size, note: NOTE },
  }
  return { note, reads: nameless }
}
