import Type, { type Static } from 'typebox'
import { SightlineError } from './errors.ts'
import { several } from './several.ts'
import { plainPlate } from './written-plate.ts'

/** Longest plate that fits the matcher's packed key: 37^10 < 2^53. No issuer prints more characters. */
export const MAX_PLATE_LENGTH = 10

/** A plate in its normal form: what is registered, in capitals, without separators. */
export const PlateText = Type.String({
  pattern: `^[A-Z0-9]{1,${MAX_PLATE_LENGTH}}$`,
  description: 'Plate number: capital letters A to Z and digits, no separators',
  examples: ['7ABC123'],
})
export type PlateText = Static<typeof PlateText>

/** Who issued the plate: ISO 3166-1 country, with an ISO 3166-2 subdivision where plates are issued by it. */
export const Region = Type.String({
  pattern: '^[a-z]{2}(-[a-z0-9]{1,3})?$',
  description: 'Issuer of the plate: country, or country and state or province, in lower case',
  examples: ['us-ca', 'ca-on', 'mx-bcn', 'de'],
})
export type Region = Static<typeof Region>

/**
 * A plate as a person or an engine writes it, in normal form: capitals, no separators, umlauts as their base letter (as
 * registers print them).
 * @throws PLATE_IMPOSSIBLE when something other than letters and digits is left, or nothing, or too much
 */
export function normalizePlate(text: string): PlateText {
  const plate = plainPlate(text)
  if (!/^[A-Z0-9]+$/.test(plate) || plate.length > MAX_PLATE_LENGTH) {
    throw new SightlineError('PLATE_IMPOSSIBLE', `not a valid plate: ${describe(plate)}`, {
      hint: `A plate has 1 to ${MAX_PLATE_LENGTH} letters A to Z and digits. Spaces, dots and hyphens between them are ignored.`,
    })
  }
  return plate
}

/** Describes the fault without repeating the plate: plates must not appear in ordinary logs. */
function describe(plate: string): string {
  if (plate.length === 0) return 'it has no letters or digits'
  if (plate.length > MAX_PLATE_LENGTH) return `it has ${several(plate.length, 'character')}`
  return 'it contains characters other than letters and digits'
}
