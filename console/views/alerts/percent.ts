/**
 * A probability as people read it: never 100% for what is not certain, nor 0% for what is possible.
 * @param share 0 to 1
 */
export function percentText(share: number): string {
  if (share === 0 || share === 1) return `${share * 100}%`
  if (share > 0.99) return '> 99%'
  if (share < 0.01) return '< 1%'
  return `${Math.floor(share * 100)}%`
}
