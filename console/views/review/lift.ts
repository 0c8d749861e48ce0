/** How much more often two are seen together than chance brings about; what chance never brings counts as a hundredth. */
export const liftOf = ({ days, expectedDays }: { days: number; expectedDays: number }): number =>
  days / Math.max(0.01, expectedDays)

/** What the probability of so many days by chance says, in words for who reads it: no more than that. */
export const verdictOf = (chance: number): 'strong' | 'some' | 'none' =>
  chance < 0.001 ? 'strong' : chance < 0.05 ? 'some' : 'none'
