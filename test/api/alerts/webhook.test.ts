import { createHmac } from 'node:crypto'
import { signedHeaders } from '@sightline/api/alerts/webhook'
import { recipientsParser } from '@sightline/schemas/recipient'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, vi } from 'vitest'

const NOW = Date.UTC(2026, 10, 24, 0, 0, 0, 999)

/** Keys as their schema takes them: base64 of 24 bytes and more. */
const secrets = fc
  .uint8Array({ minLength: 24, maxLength: 90 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`)
const accepts = (secret: string) =>
  recipientsParser.check({
    recipients: [{ id: 'a', name: 'Port', to: { url: 'https://a.example/', secret } }],
  })

describe('a signed webhook', () => {
  it('is accepted by a receiver that follows the standard, and refused when anything was changed', () => {
    vi.useFakeTimers({ now: NOW + 60_000 })
    try {
      fc.assert(
        fc.property(secrets, fc.uuid(), fc.json(), (secret, id, body) => {
          const headers = signedHeaders({ id, body }, secret, NOW)
          const receiver = new Webhook(secret)
          expect(receiver.verify(body, headers)).toEqual(JSON.parse(body))
          expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature')
          expect(() => receiver.verify(body, { ...headers, 'webhook-id': `${id}x` })).toThrow(
            'No matching signature',
          )
          const later = String(Number(headers['webhook-timestamp']) + 1)
          expect(() => receiver.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow(
            'No matching signature',
          )
        }),
      )
    } finally {
      vi.useRealTimers()
    }
  })

  it('is signed by the HMAC of id, time and body, whatever characters they have', () => {
    fc.assert(
      fc.property(secrets, fc.uuid(), fc.string({ unit: 'grapheme' }), (secret, id, body) => {
        const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
        const seconds = Math.floor(NOW / 1000)
        const sum = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
        expect(signedHeaders({ id, body }, secret, NOW)).toMatchObject({
          'webhook-timestamp': String(seconds),
          'webhook-signature': `v1,${sum}`,
        })
      }),
    )
  })

  it('needs a key of at least 24 bytes in whole base64: with any other key the api does not start', () => {
    fc.assert(fc.property(secrets, accepts))
    const key = Buffer.alloc(32, 7).toString('base64')
    for (const wrong of [
      key.slice(0, -1),
      key.slice(0, -3),
      `${key}=`,
      `A${key}`,
      Buffer.alloc(23).toString('base64'),
      '',
    ])
      expect([wrong, accepts(`whsec_${wrong}`)]).toEqual([wrong, false])
    expect(accepts(key)).toBe(false)
  })
})
