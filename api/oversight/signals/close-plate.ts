import { several } from '@sightline/schemas/several'
import { covers } from '../plates.ts'
import { groupBy, type SignalFinder, signal } from './signal.ts'

/**
 * Plates that are close to the person who names them, as configured: their own, a relative's, a colleague's. Once is
 * enough.
 */
export const closePlate: SignalFinder = ({ namings }, { settings }) =>
  settings.closePlates.flatMap(({ plate, relation, people }) => {
    const named = namings.filter(
      ({ person, plate: written }) =>
        (people.length === 0 || people.includes(person)) && covers(written, plate),
    )
    return [...groupBy(named, ({ person }) => person)].map(([person, evidence]) =>
      signal('close-plate', [person], plate, evidence, {
        explanation: `${person} named a plate ${several(evidence.length, 'time')} that is configured as ${relation}${people.length > 0 ? ' to them' : ', for everybody'}.`,
        perhaps:
          "The vehicle may be part of the case: stolen, cloned, or a witness's. Then someone who is not close to it should search.",
      }),
    )
  })
