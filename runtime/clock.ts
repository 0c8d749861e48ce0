/** Milliseconds since 1970. Injected wherever time decides something, so that a year passes in a test. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** An instant in the one spelling that messages use (schemas/message.ts, Instant). */
export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()
