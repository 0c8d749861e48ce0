import { type MisuseSettings, type Signal, type SignalKind, Thresholds } from '@sightline/schemas/misuse'
import { Value } from 'typebox/value'
import type { Conduct } from '../conduct.ts'
import { noFollowUp } from './no-follow-up.ts'
import { offShift } from './off-shift.ts'
import { againAndAgain, closePlate, spike } from './plates.ts'
import { copiedReason, vagueReason } from './reasons.ts'
import type { SignalFinder } from './signal.ts'
import { volume } from './volume.ts'

const FINDERS: Record<SignalKind, SignalFinder> = {
  'close-plate': closePlate,
  spike,
  'off-shift': offShift,
  'again-and-again': againAndAgain,
  'vague-reason': vagueReason,
  'copied-reason': copiedReason,
  volume,
  'no-follow-up': noFollowUp,
}

/** Settings before oversight has set any: no plates and no shifts are known. */
export const NO_SETTINGS: MisuseSettings = { closePlates: [], shift: null, shifts: [], thresholds: {} }

/** Thresholds of unusual use: as set, else the defaults. */
export const thresholdsOf = ({ thresholds }: MisuseSettings): Thresholds => ({
  ...Value.Create(Thresholds),
  ...thresholds,
})

/**
 * All unusual use in a period (AUD-5), by kind. Pure. It only points out: people who look at a signal decide, and no
 * permission depends on one.
 */
export function findSignals(conduct: Conduct, settings: MisuseSettings): Signal[] {
  const context = { settings, thresholds: thresholdsOf(settings) }
  return Object.values(FINDERS).flatMap((find) => find(conduct, context))
}
