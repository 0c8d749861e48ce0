import type { CameraState } from '@sightline/schemas/camera-health'

/** States that a picture can show; silence is detected by the clock. */
export type SeenState = Exclude<CameraState, 'silent'>

/** A camera's state, without flickering: a symptom must last before it becomes the state. */
export interface StateKeeper {
  readonly state: SeenState
  /** Since when, milliseconds since 1970, by the frames' time. */
  readonly since: number
  /**
   * @param passedMs since the previous symptom
   * @param at when it was seen, milliseconds since 1970
   * @returns whether the state has changed
   */
  add(symptom: SeenState, passedMs: number, at: number): boolean
}

/**
 * How long a symptom must last, ms. A frozen camera has already been frozen for a minute, and one blind to plates for
 * longer.
 */
const LASTS_MS: Record<SeenState, number> = {
  ok: 15_000,
  blind: 15_000,
  dark: 60_000,
  moved: 60_000,
  unsharp: 120_000,
  frozen: 0,
  'blind to plates': 0,
}
/** Minimum number of checks: a clock that jumps must not make one frame last for an hour. */
const LEAST_LOOKS = 3

export function keepState(startedAt: number): StateKeeper {
  let state = 'ok' as SeenState
  let since = startedAt
  let next = { symptom: state, at: startedAt, lasted: 0, looks: 0 }
  return {
    get state() {
      return state
    },
    get since() {
      return since
    },
    add(symptom, passedMs, at) {
      if (symptom === state) {
        next = { symptom, at, lasted: 0, looks: 0 }
        return false
      }
      next =
        symptom === next.symptom && next.looks > 0
          ? { ...next, lasted: next.lasted + passedMs, looks: next.looks + 1 }
          : { symptom, at, lasted: 0, looks: 1 }
      const looks = LASTS_MS[symptom] === 0 ? 1 : LEAST_LOOKS
      if (next.lasted < LASTS_MS[symptom] || next.looks < looks) return false
      state = symptom
      since = next.at
      next = { symptom, at, lasted: 0, looks: 0 }
      return true
    },
  }
}
