import { Webhook } from 'standardwebhooks'

export interface WebhookMessage {
  id: string
  /** JSON. */
  body: string
}

/** Outcome of one attempt: delivered, to be retried, or refused for good. */
export type Outcome = { state: 'delivered' } | { state: 'retry' | 'gone'; fault: string }

/** How long a receiver may take to answer, milliseconds. */
const ANSWER_MS = 10_000

/**
 * Headers by which a receiver knows who sent a message, that it is complete, and whether it came before
 * (standardwebhooks.com). The time is signed too, so an old message cannot be replayed.
 * @param secret `whsec_` and base64
 * @param now milliseconds
 */
export function signedHeaders({ id, body }: WebhookMessage, secret: string, now: number) {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(now), body),
  }
}

/** Sends a message once. Redirects are not followed: they could take the message to a place nobody allowed. */
export async function sendWebhook(
  { url, secret }: { url: string; secret: string },
  message: WebhookMessage,
  now: number,
): Promise<Outcome> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: signedHeaders(message, secret, now),
      body: message.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    await answer.body?.cancel()
    if (answer.ok) return { state: 'delivered' }
    return { state: answer.status === 410 ? 'gone' : 'retry', fault: `it answered ${answer.status}` }
  } catch (error) {
    const { message, cause } = error as Error
    return { state: 'retry', fault: ((cause as Error | undefined)?.message ?? message).slice(0, 300) }
  }
}
