import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { Mail } from '@sightline/schemas/mail'
import { createTransport } from 'nodemailer'
import type { Records, Stored } from './records.ts'

/** Sends one e-mail to a server; rejects when the server did not accept it. */
export type Sender = (mail: Mail) => Promise<void>

export interface Mailbox {
  /**
   * Keeps an e-mail until it is sent. One whose id was posted before is left as it is.
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  post(mail: Mail): Promise<void>
  /** Ids of all e-mails posted in the last 400 days. */
  ids(): Promise<ReadonlySet<string>>
  /** Unsent e-mails, newest first: in development, where nothing is sent, all of them. */
  waiting(): Promise<Mail[]>
  /** Tries to send all unsent e-mails. */
  deliver(): Promise<void>
}

/** How long a process may take to send one e-mail, milliseconds; a mail server may be slow. */
const TAKEN_MS = 10 * 60_000

/**
 * Keeps e-mails in a bucket. A posted e-mail is durable, and one that a server did not accept is tried again by the
 * next `deliver`. A crash right after sending sends the same Message-ID once more.
 * @param send null in development: nothing is sent, and the mailbox shows what is unsent
 */
export function createMailbox(mails: Records<Mail>, send: Sender | null, clock: Clock, log: Logger): Mailbox {
  /** Claims an e-mail, so that no other process sends it too; undefined when another has claimed it. */
  const take = async ({ value, revision }: Stored<Mail>): Promise<Stored<Mail> | undefined> => {
    const now = clock()
    if (value.sentAt !== null || (value.takenUntil && now < Date.parse(value.takenUntil))) return undefined
    const taken = { ...value, takenUntil: instant(now + TAKEN_MS) }
    return mails.put(value.id, taken, revision).catch((error: SightlineError) => {
      if (error.code !== 'CONFLICT') throw error
      return undefined
    })
  }
  const deliverOne = async (stored: Stored<Mail>, sender: Sender) => {
    const taken = await take(stored)
    if (!taken) return
    const { takenUntil: _, ...mail } = taken.value
    try {
      await sender(mail)
      await mails.put(mail.id, { ...mail, text: '', sentAt: instant(clock()) }, taken.revision)
    } catch (error) {
      log.warn(
        { mail: mail.id, code: toSightlineError(error).code, reason: (error as Error).message },
        'could not send an e-mail; it is kept',
      )
      await mails.put(mail.id, mail, taken.revision)
    }
  }
  const trySending = (stored: Stored<Mail>, sender: Sender) =>
    deliverOne(stored, sender).catch((error) =>
      log.warn(
        { mail: stored.value.id, code: toSightlineError(error).code },
        'cannot send kept e-mails: the broker is away',
      ),
    )
  return {
    post: async (mail) => {
      const stored = await mails.put(mail.id, mail, 0).catch((error: SightlineError) => {
        if (error.code !== 'CONFLICT') throw error
      })
      // The caller does not wait for the mail server.
      if (stored && send) void trySending(stored, send)
    },
    ids: async () => new Set((await mails.all()).map(({ value }) => value.id)),
    waiting: async () =>
      (await mails.all())
        .map(({ value }) => value)
        .filter(({ sentAt }) => sentAt === null)
        .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    deliver: async () => {
      if (!send) return
      for (const stored of await mails.all()) await trySending(stored, send)
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
