import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream'

/** JetStream's code for a stream whose last message is not the one that was expected. */
const WRONG_LAST_MESSAGE = 10070

/**
 * Asks whether a stream would store a message now, and stores none: the message expects one before it that never was, which the
 * stream's leader checks. It takes the same way, and needs the same right, as one to be stored.
 * @param bytes size of the message
 * @returns null when it would; otherwise why not
 */
export async function whyNotStored(
  js: JetStreamClient,
  { stream, subject, waitMs, bytes = 0 }: { stream: string; subject: string; waitMs: number; bytes?: number },
): Promise<string | null> {
  try {
    const expect = { streamName: stream, lastMsgID: 'a-message-that-never-was' }
    await js.publish(subject, new Uint8Array(bytes), { timeout: waitMs, retries: 0, expect })
    return 'it stored a message that it had to refuse'
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === WRONG_LAST_MESSAGE) return null
    return (error as Error).message.slice(0, 200)
  }
}
