import { readFile } from 'node:fs/promises'
import type { Link } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { type Mail, mailParser } from '@sightline/schemas/mail'
import { MAIL } from '@sightline/schemas/streams'
import { keptApart } from '../access/apart-stores.ts'
import { isInside, LOOPBACK, networkList } from '../plugins/app/networks.ts'
import type { SessionDeps, Site } from '../plugins/app/session.ts'
import { createMailbox, type Mailbox, smtpSender } from '../shared/mail.ts'
import { openRecords } from '../shared/records.ts'
import type { Seal } from '../shared/seal.ts'
import { DEFAULT_CONSENT_FILE, readConsent } from '../sign-on/consent.ts'
import { openProvider, type Provider, providerConfigParser } from '../sign-on/provider.ts'
import { followPeople, type PeopleChanges } from './changes.ts'
import { openPeople } from './stores.ts'

/** How people reach the api and sign on; without any of it, on this machine alone with passwords. */
export interface PeopleOptions {
  /** Address in browsers, e.g. `https://sightline.agency.example`; needed unless the api listens on loopback. */
  publicUrl?: string
  /** Networks from which requests are taken (ACC-7); needed unless the api listens on loopback. */
  networks?: readonly string[]
  /** Text that everybody consents to (ACC-5). */
  consentFile?: string
  /** JSON file of the agency's OpenID Connect provider. */
  providerFile?: string
  /** The agency's mail server; without it e-mails wait. */
  smtp?: { url: string; from: string }
  /** Sign-ons and uses of links that one address may try in a minute; default 10. */
  triesPerMinute?: number
  /** Takes the development token: an actor to whom no rule applies. On loopback alone. */
  devToken?: boolean
}

/** What the routes about people work with. */
export interface PeopleDeps extends SessionDeps {
  mailbox: Mailbox
  provider: Provider | null
  triesPerMinute: number
  peopleChanges: PeopleChanges
  /** E-mails that are not sent can be seen. */
  development: boolean
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || isInside(networkList(LOOPBACK), host.replace(/^\[(.*)\]$/, '$1'))

/**
 * What of the options holds on the address listened on. Closed by default: beyond this machine, networks and an
 * encrypted address have to be named, and there is no development token.
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

/** What the mailbox keeps. */
export const MAILS = { store: MAIL, parser: mailParser, what: 'e-mail', keyOf: ({ id }: Mail) => id }

/** @throws CONFIG_INVALID naming the file that is wrong, BROKER_UNREACHABLE, BROKER_FAILED */
export async function openPeopleDeps(
  link: Link,
  options: PeopleOptions,
  { site, seal, clock, log, stop }: { site: Site; seal: Seal; clock: Clock; log: Logger; stop: AbortSignal },
): Promise<PeopleDeps> {
  const send = options.smtp ? smtpSender(options.smtp.url, options.smtp.from) : null
  if (!send && !options.devToken)
    log.warn('no mail server is configured (--smtp-url): e-mails are kept unsent')
  return {
    ...keptApart(await openPeople(link, seal, log)),
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
