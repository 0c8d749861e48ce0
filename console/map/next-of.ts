/** Of points that lie upon each other, the one after that which is selected; the first when none of them is. */
export function nextOf(ids: readonly string[], selected: string | null | undefined): string | undefined {
  const at = selected == null ? -1 : ids.indexOf(selected)
  return ids[(at + 1) % ids.length]
}
