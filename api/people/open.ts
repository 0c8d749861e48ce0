import { readFile } from 'node:fs/promises'
import type { Link } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { type Mail, mailParser } from '@sightline/schemas/mail'
import { MAIL } from '@sightline/schemas/streams'
import { keepRolesApart } from '../access/apart-stores.ts'
import { isInside, LOOPBACK, networkList } from '../plugins/app/networks.ts'
import type { SessionDeps, Site } from '../plugins/app/session.ts'
import { createMailbox, type Mailbox, smtpSender } from '../shared/mail.ts'
import { openRecords } from '../shared/records.ts'
import type { Seal } from '../shared/seal.ts'
import { DEFAULT_CONSENT_FILE, readConsent } from '../sign-on/consent.ts'
import { openProvider, type Provider, providerConfigParser } from '../sign-on/provider.ts'
import { followPeople, type PeopleChanges } from './changes.ts'
import { openPeople } from './stores.ts'

/** How people reach the api and sign in; by default only on this machine, with passwords. */
export interface PeopleOptions {
  /** URL for browsers, e.g. `https://sightline.agency.example`; required unless the api listens on loopback. */
  publicUrl?: string
  /** Networks whose requests are accepted (ACC-7); required unless the api listens on loopback. */
  networks?: readonly string[]
  /** Text of the permissible uses that everybody accepts (ACC-5). */
  consentFile?: string
  /** JSON file of the agency's OpenID Connect provider. */
  providerFile?: string
  /** The agency's mail server; without it e-mails are kept unsent. */
  smtp?: { url: string; from: string }
  /** Sign-ins and uses of links allowed per address and minute; default 10. */
  triesPerMinute?: number
  /** Accepts the development token: an actor to whom no rule applies. Only on loopback. */
  devToken?: boolean
}

/** What the routes for people need. */
export interface PeopleDeps extends SessionDeps {
  mailbox: Mailbox
  provider: Provider | null
  triesPerMinute: number
  peopleChanges: PeopleChanges
  /** Whether unsent e-mails can be viewed. */
  development: boolean
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || isInside(networkList(LOOPBACK), host.replace(/^\[(.*)\]$/, '$1'))

/**
 * The effective options for a listening address. Fails closed: beyond this machine, networks and an encrypted URL are
 * required, and the development token is refused.
 * @throws CONFIG_INVALID
 */
export function checkPeopleOptions(
  host: string,
  options: PeopleOptions,
): { site: Site; networks: readonly string[] } {
  const refuse = (message: string, hint: string) => {
    throw new SightlineError('CONFIG_INVALID', message, { hint })
  }
  const isLocal = isLoopback(host)
  if (options.devToken && !isLocal) {
    refuse(
      `the development token cannot be used on ${host}`,
      'Listen on 127.0.0.1, or leave out --dev-token.',
    )
  }
  if (!isLocal && !options.networks) {
    refuse(
      `listening on ${host} needs the networks that may connect (ACC-7)`,
      'Name the networks with --networks, e.g. 10.20.0.0/16.',
    )
  }
  if (!isLocal && !options.publicUrl) {
    refuse(
      `listening on ${host} needs the address that browsers use`,
      'Give it with --public-url, e.g. https://sightline.agency.example.',
    )
  }
  const networks = options.networks ?? LOOPBACK
  networkList(networks)
  return { site: siteOf(options.publicUrl), networks }
}

function siteOf(publicUrl: string | undefined): Site {
  if (publicUrl === undefined) return { origin: null, secure: false }
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  const secure = url?.protocol === 'https:'
  if (!url || !(secure || (url.protocol === 'http:' && isLoopback(url.hostname)))) {
    throw new SightlineError('CONFIG_INVALID', `the public URL is not encrypted: ${publicUrl}`, {
      hint: 'Use a URL like https://sightline.agency.example. http:// is allowed on this machine only.',
    })
  }
  return { origin: url.origin, secure }
}

/** Contents of the mailbox. */
export const MAILS = { store: MAIL, parser: mailParser, what: 'e-mail', keyOf: ({ id }: Mail) => id }

/** @throws CONFIG_INVALID naming the faulty file, BROKER_UNREACHABLE, BROKER_FAILED */
export async function openPeopleDeps(
  link: Link,
  options: PeopleOptions,
  { site, seal, clock, log, stop }: { site: Site; seal: Seal; clock: Clock; log: Logger; stop: AbortSignal },
): Promise<PeopleDeps> {
  const send = options.smtp ? smtpSender(options.smtp.url, options.smtp.from) : null
  if (!send && !options.devToken)
    log.warn('no mail server is configured (--smtp-url): e-mails are kept unsent')
  return {
    ...keepRolesApart(await openPeople(link, seal, log, stop)),
    peopleChanges: await followPeople(link, log, stop),
    mailbox: createMailbox(await openRecords(link, MAILS, log), send, clock, log),
    provider: options.providerFile ? openProvider(await readProvider(options.providerFile)) : null,
    consent: await readConsent(options.consentFile ?? DEFAULT_CONSENT_FILE),
    triesPerMinute: options.triesPerMinute ?? 10,
    development: options.devToken === true && !send,
    site,
    clock,
  }
}

async function readProvider(path: string) {
  try {
    return providerConfigParser.parseJson(await readFile(path))
  } catch (cause) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `cannot read the provider configuration ${path}: ${toSightlineError(cause).message}`,
      {
        cause,
        hint: 'The file must look like {"issuer":"https://…","clientId":"…","clientSecret":"…"}.',
      },
    )
  }
}
