import { randomInt } from 'node:crypto'

/** Says to the test processes which seed the run's random inputs come from. */
export const SEED = 'SIGHTLINE_TEST_SEED'

/** Draws the seed, unless one is given, and prints it: whoever sees a failure can have the same inputs once more. */
export default function drawSeed(): void {
  process.env[SEED] ??= String(randomInt(2 ** 31))
  process.stderr.write(`random inputs: ${SEED}=${process.env[SEED]}\n`)
}
