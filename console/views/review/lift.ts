/** How much more often two vehicles are seen together than by chance. An expected count below 0.01 counts as 0.01. */
export const liftOf = ({ days, expectedDays }: { days: number; expectedDays: number }): number =>
  days / Math.max(0.01, expectedDays)

/** The probability of this many common days by chance, in words for analysts. */
export const verdictOf = (chance: number): 'strong' | 'some' | 'none' =>
  chance < 0.001 ? 'strong' : chance < 0.05 ? 'some' : 'none'
