/**
 * The displays written last, whole: of those an alert need not wait for the bucket. The index holds of each display what
 * matching needs, in a tenth of the room.
 */
export interface KeptDisplays {
  /** @param text JSON of the display */
  put(id: string, text: string): void
  remove(id: string): void
  get(id: string): string | undefined
}

/** About 25 MB. */
export const MOST_KEPT = 50_000

/** @param most of more, those written longest ago are let go */
export function keepDisplays(most = MOST_KEPT): KeptDisplays {
  /** The one written last at the end. */
  const texts = new Map<string, string>()
  return {
    put(id, text) {
      texts.delete(id)
      texts.set(id, text)
      if (texts.size > most) texts.delete(texts.keys().next().value!)
    },
    remove: (id) => void texts.delete(id),
    get: (id) => texts.get(id),
  }
}
