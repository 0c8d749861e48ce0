/** Milliseconds since 1970. Injected wherever time decides something, so that a year passes in a test. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Milliseconds since some instant, by a clock that nobody sets: for what has passed, not for when it was. */
export const steadyClock: Clock = () => performance.now()

/** An instant in the one spelling that messages use (schemas/message.ts, Instant). */
export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
