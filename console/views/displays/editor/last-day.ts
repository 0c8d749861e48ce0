import { yearsAfter } from '@sightline/schemas/year'
import { dayOf } from '../../../ui/time.ts'

/** Bounds of a date field for the last day of a display: from today until a year after it was validated (DSP-3). */
export const lastDayBounds = (validatedAt = new Date()) => ({
  min: dayOf(new Date().toISOString()),
  max: dayOf(yearsAfter(validatedAt, 1).toISOString()),
})
