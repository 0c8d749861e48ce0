/**
 * How many partitions a matcher may hold, so that all hold the same number or one more. Pure; each matcher computes it
 * from what the broker shows, and they agree as soon as they see the same. A matcher with one more keeps it, so that
 * few partitions move when a matcher comes or goes.
 * @param partitions how many there are
 * @param members names of the running matchers
 * @param held partitions that each of them holds now
 */
export function shareOf(
  name: string,
  partitions: number,
  members: Iterable<string>,
  held: ReadonlyMap<string, number>,
): number {
  const all = new Set(members).add(name)
  const least = Math.floor(partitions / all.size)
  const extra = partitions % all.size
  const above = [...all].filter((member) => (held.get(member) ?? 0) > least).sort()
  const place = above.indexOf(name)
  const mayHaveMore = place >= 0 ? place < extra : above.length < extra
  return mayHaveMore ? least + 1 : least
}
