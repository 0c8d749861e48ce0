import { readFile } from 'node:fs/promises'
import { type Clock, instant } from '@sightline/runtime/clock'
import { SightlineError } from '@sightline/schemas/errors'
import { Webhook } from 'standardwebhooks'
import type { WebhookFeed } from './config.ts'
import type { Parcel, Transport } from './main.ts'

/**
 * A feed to a web server, signed according to Standard Webhooks, so that the server knows that a read is authentic,
 * complete and new.
 * @throws CONFIG_INVALID when its file contains no key
 */
export async function webhookTransport({ url, secretFile }: WebhookFeed, clock: Clock): Promise<Transport> {
  const secret = (await readFile(secretFile, 'utf8')).trim()
  if (!/^whsec_[A-Za-z0-9+/]{22,}={0,2}$/.test(secret)) {
    throw new SightlineError('CONFIG_INVALID', `${secretFile} contains no webhook key`, {
      hint: 'Write whsec_ and 24 bytes or more in base64 into it: echo "whsec_$(openssl rand -base64 24)"',
    })
  }
  const webhook = new Webhook(secret)
  return {
    async send({ id, message, picture }: Parcel, signal) {
      const now = clock()
      const data = { ...message, ...(picture && { picture: Buffer.from(picture).toString('base64') }) }
      const body = JSON.stringify({ type: 'read.created', timestamp: instant(now), data })
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now / 1000)),
          'webhook-signature': webhook.sign(id, new Date(now), body),
        },
        body,
        redirect: 'manual',
        signal,
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`the receiver of the feed answers ${answer.status}`)
    },
    async close() {},
  }
}
