/** How long this process has not read an alert that is stored. Pure: the instants are those of a clock that only goes forward. */
export interface Unread {
  /**
   * Looks at the stream.
   * @param last sequence of its newest alert
   * @param messages that it has
   * @param reached the newest alert that was read
   * @param now milliseconds
   */
  look(stream: { last: number; messages: number }, reached: number, now: number): void
  /** Milliseconds since an alert was found that was not read since; 0 when all were. */
  ms(reached: number, now: number): number
}

export function createUnread(): Unread {
  /** The newest alert of an earlier look. */
  let mark: { last: number; at: number } | null = null
  return {
    look({ last, messages }, reached, now) {
      // What was removed cannot be read any more, and another stream begins to number again.
      if (!mark || reached >= mark.last || messages === 0 || last < mark.last) mark = { last, at: now }
    },
    ms: (reached, now) => (mark && reached < mark.last ? now - mark.at : 0),
  }
}
