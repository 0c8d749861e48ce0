import type { Read } from '@sightline/schemas/read'

/**
 * How often the state is right at most, however sure the recognizer is. Of 400 rendered plates 78 % had the right state, and
 * 96 % of those with a confidence of 0.9 or more (`./sightline bench recognition --engine sightline --rendered 400 --no-speed`).
 * Real plates are less kind to high confidences than rendered ones, so the share of all is the ceiling.
 */
export const MOST_RIGHT = 0.8

/** Of a state about which the camera does not say how sure it is. */
const UNSAID = 0.5

/**
 * How likely the plate is of the display's state although the read has another one, next to a read that does not say: what
 * the probability of the text is multiplied by. The confidence in the state that was read counts for MOST_RIGHT of itself, so
 * that no confidence makes it 0.
 */
export const otherRegionFactor = ({ regionConfidence }: Pick<Read, 'regionConfidence'>): number =>
  1 - MOST_RIGHT * (regionConfidence ?? UNSAID)
