import type { Read } from '@sightline/schemas/read'

/**
 * Upper limit of how often the state is right, however certain the recognizer is. Of 400 rendered plates 78 % had the
 * right state, and 96 % of those with a confidence of 0.9 or more (`./sightline bench recognition --engine sightline
 * --rendered 400 --no-speed`). High confidences are less reliable for real plates than for rendered ones, so the share
 * of all is the limit.
 */
export const MOST_RIGHT = 0.8

/** Confidence of a state for which the camera states none. */
const UNSAID = 0.5

/**
 * Factor for the probability of the text when the read has another state than the display, compared with a read without
 * a state. The confidence in the state counts only MOST_RIGHT of itself, so that no confidence makes the factor 0.
 */
export const otherRegionFactor = ({ regionConfidence }: Pick<Read, 'regionConfidence'>): number =>
  1 - MOST_RIGHT * (regionConfidence ?? UNSAID)
