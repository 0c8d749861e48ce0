/**
 * A probability for people: never 100% if it is not certain, nor 0% if it is possible.
 * @param share 0 to 1
 */
export function percentText(share: number): string {
  if (share === 0 || share === 1) return `${share * 100}%`
  if (share > 0.99) return '> 99%'
  if (share < 0.01) return '< 1%'
  return `${Math.floor(share * 100)}%`
}
