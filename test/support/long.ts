/**
 * Whether the long forms run: more kills, more mutations, larger loads (`./sightline test --long`). The short ones, in every
 * run, take the same ways through the product less often.
 */
export const isLong = process.env.SIGHTLINE_TEST_LONG === '1'

/**
 * How often something is done.
 * @param variable of the environment that overrides both numbers
 */
export function howOften(short: number, long: number, variable?: string): number {
  const asked = variable === undefined ? undefined : process.env[variable]
  return Number(asked ?? (isLong ? long : short))
}
