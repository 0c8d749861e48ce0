import { createTransport } from 'nodemailer'
import { type Clock, instant } from '../runtime/clock.ts'
import type { Logger } from '../runtime/log.ts'
import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import type { Mail } from '../schemas/mail.ts'
import type { Records, Stored } from './stores/records.ts'

/** Hands one e-mail to a server; rejects when the server did not take it. */
export type Sender = (mail: Mail) => Promise<void>

export interface Mailbox {
  /**
   * Keeps an e-mail until it is sent; one whose id was posted before is left as it is.
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  post(mail: Mail): Promise<void>
  /** Ids of all that was posted in the last 400 days. */
  ids(): Promise<ReadonlySet<string>>
  /** What waits to be sent, newest first: in development, where nothing is sent, all. */
  waiting(): Promise<Mail[]>
  /** Tries to send what waits. */
  deliver(): Promise<void>
}

/**
 * E-mails by a bucket: posted is durable, and what a server did not take is tried again by the next `deliver`.
 * A crash right after sending sends the same Message-ID once more.
 * @param send null in development: nothing is sent, the mailbox shows what waits
 */
export function createMailbox(mails: Records<Mail>, send: Sender | null, clock: Clock, log: Logger): Mailbox {
  const deliverOne = async ({ value: mail, revision }: Stored<Mail>, sender: Sender) => {
    try {
      await sender(mail)
      await mails.put(mail.id, { ...mail, text: '', sentAt: instant(clock()) }, revision)
    } catch (error) {
      log.warn(
        { mail: mail.id, code: toSightlineError(error).code, reason: (error as Error).message },
        'an e-mail was not sent: it waits',
      )
    }
  }
  return {
    post: async (mail) => {
      const stored = await mails.put(mail.id, mail, 0).catch((error: SightlineError) => {
        if (error.code !== 'CONFLICT') throw error
      })
      // Who posts does not wait for the other server.
      if (stored && send) void deliverOne(stored, send)
    },
    ids: async () => new Set((await mails.all()).map(({ value }) => value.id)),
    waiting: async () =>
      (await mails.all())
        .map(({ value }) => value)
        .filter(({ sentAt }) => sentAt === null)
        .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    deliver: async () => {
      if (!send) return
      for (const stored of await mails.all()) if (stored.value.sentAt === null) await deliverOne(stored, send)
    },
  }
}

/** @param url of the agency's server, e.g. `smtps://name:password@mail.agency.example` */
export function smtpSender(url: string, from: string): Sender {
  const transport = createTransport(url)
  return async ({ id, to, subject, text }) => {
    await transport.sendMail({ from, to, subject, text, messageId: `<${id}@sightline.invalid>` })
  }
}
