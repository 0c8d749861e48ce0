/** Cost of aligning element i of the left with element j of the right, or of leaving one unaligned. */
export interface AlignmentCosts {
  pair(i: number, j: number): number
  leftAlone(i: number): number
  rightAlone(j: number): number
}

export type Pair = readonly [left: number | null, right: number | null]

/**
 * The cheapest alignment of two sequences in order (Needleman–Wunsch). If both cost the same, pairs are preferred to
 * unaligned elements.
 * @param n length of the left sequence
 * @param m length of the right sequence
 */
export function align(n: number, m: number, costs: AlignmentCosts): { cost: number; pairs: Pair[] } {
  const row = m + 1
  const total = new Float64Array((n + 1) * row)
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (i === 0 && j === 0) continue
      const paired = i > 0 && j > 0 ? total[(i - 1) * row + j - 1]! + costs.pair(i - 1, j - 1) : Infinity
      const left = i > 0 ? total[(i - 1) * row + j]! + costs.leftAlone(i - 1) : Infinity
      const right = j > 0 ? total[i * row + j - 1]! + costs.rightAlone(j - 1) : Infinity
      total[i * row + j] = Math.min(paired, left, right)
    }
  }
  const pairs: Pair[] = []
  for (let i = n, j = m; i > 0 || j > 0; ) {
    const here = total[i * row + j]!
    if (i > 0 && j > 0 && here === total[(i - 1) * row + j - 1]! + costs.pair(i - 1, j - 1)) {
      pairs.push([--i, --j])
    } else if (i > 0 && here === total[(i - 1) * row + j]! + costs.leftAlone(i - 1)) {
      pairs.push([--i, null])
    } else {
      pairs.push([null, --j])
    }
  }
  return { cost: total[n * row + m]!, pairs: pairs.reverse() }
}
