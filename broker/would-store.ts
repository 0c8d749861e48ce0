import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream'

/** A sequence that no stream reaches. */
const NEVER = Number.MAX_SAFE_INTEGER

/**
 * Asks whether a stream would store a message now, and stores none: the message expects a sequence before it that never was, which the
 * leader of the stream checks before it passes the message on. It must not be an expected id of a message: in a cluster each node checks that, after the
 * message was passed on, and nats-server 2.15.1 then stops the stream ("critical write error"). It takes the same way, and needs the same right, as one to be stored.
 * @param bytes size of the message
 * @returns null when it would; otherwise why not
 */
export async function whyNotStored(
  js: JetStreamClient,
  { stream, subject, waitMs, bytes = 0 }: { stream: string; subject: string; waitMs: number; bytes?: number },
): Promise<string | null> {
  try {
    const expect = { streamName: stream, lastSequence: NEVER }
    await js.publish(subject, new Uint8Array(bytes), { timeout: waitMs, retries: 0, expect })
    return 'it stored a message that it had to refuse'
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence)
      return null
    return (error as Error).message.slice(0, 200)
  }
}
