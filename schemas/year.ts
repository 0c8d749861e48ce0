/**
 * The same day some years later, at the same time of day; 29 February becomes 28 February: the rules say "within
 * a year" (DSP-3, ACC-3, ACC-4), so never a day more.
 */
export function yearsAfter(start: Date, years: number): Date {
  const end = new Date(start)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0)
  return end
}
