import { setTimeout as pause } from 'node:timers/promises'
import { connectBroker } from '@sightline/broker/connect'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import type { EnrollAnswer, EnrollRequest } from '@sightline/schemas/enrollment'
import { parseCode } from '@sightline/schemas/enrollment-code'
import { SightlineError } from '@sightline/schemas/errors'
import { apiUrl, callApi } from './call-api.ts'
import {
  type Enrolled,
  keepAuthority,
  keepEnrolled,
  keptAuthority,
  keysFolder,
  prepareKey,
  readEnrolled,
} from './credentials.ts'

export interface EnrollOptions {
  /** Address of the agency's api. */
  api: string
  code: string
  /** Folder for the key and the enrollment. */
  state: string
  /** PEM file of the authority that signed the broker's certificate, if Node does not know it. */
  ca?: string | undefined
  /** The host is already enrolled, and gives up that enrollment. */
  replace: boolean
  clock: Clock
}

/** Beyond this difference, the times of reads would be misleading. */
const CLOCK_OFF_MS = 60_000
/** How long the broker may take to admit a new agent. */
const IN_FORCE_MS = 20_000

/**
 * Makes this host an edge agent: it creates its own key and gets the agency's permission for it. Problems are detected
 * before the code is spent. After that, repeating the same command leads to the same result.
 * @throws USAGE, CONFLICT, CONFIG_INVALID, API_UNREACHABLE, CLOCK_WRONG, CODE_WRONG, CODE_EXPIRED, CODE_SPENT,
 *   TOO_MANY_REQUESTS
 */
export async function enrollHost(options: EnrollOptions): Promise<Enrolled> {
  const { state, replace, clock } = options
  const api = apiUrl(options.api)
  const code = parseCode(options.code)
  if (!code) {
    throw new SightlineError(
      'USAGE',
      'that is not a code: a code has four groups of four letters and digits',
      {
        hint: 'Type it as the administrator gave it, e.g. 7QK2-9FWM-X3T8-B6HD; no try was spent.',
      },
    )
  }
  const known = replace ? undefined : await readEnrolled(state)
  if (known) {
    throw new SightlineError('CONFLICT', `this host is already the edge agent ${known.agent}`, {
      hint: 'Use --replace to make it a different one, or --state for a second agent on this host.',
    })
  }
  const publicKey = await prepareKey(state)
  await keepAuthority(state, options.ca)
  await compareClocks(api, clock)
  const request: EnrollRequest = { code: code.text, publicKey }
  const { body } = await callApi<EnrollAnswer>(api, '/v1/edge/enroll', { body: request })
  const { agent, servers, cameras } = body
  const enrolled: Enrolled = { v: 1, agent, servers, cameras, api, enrolledAt: instant(clock()) }
  await keepEnrolled(state, enrolled)
  return enrolled
}

/** @throws API_UNREACHABLE, CLOCK_WRONG */
async function compareClocks(api: string, clock: Clock): Promise<void> {
  const { now } = await callApi(api, '/live')
  const off = now === undefined ? 0 : clock() - now
  if (Math.abs(off) <= CLOCK_OFF_MS) return
  const seconds = Math.round(Math.abs(off) / 1000)
  throw new SightlineError(
    'CLOCK_WRONG',
    `the clock of this host is ${seconds} s ${off > 0 ? 'ahead of' : 'behind'} the agency's: reads would carry a wrong time`,
    { hint: 'Set it (timedatectl set-ntp true) and try again; the code was not spent.' },
  )
}

/**
 * Waits until the broker admits an enrolled host.
 * @throws BROKER_UNREACHABLE, BROKER_DENIED
 */
export async function tryBroker(state: string, { agent, servers }: Enrolled, log: Logger): Promise<void> {
  const address = { servers, keys: keysFolder(state), user: agent, ca: await keptAuthority(state) }
  const deadline = performance.now() + IN_FORCE_MS
  for (;;) {
    try {
      await (await connectBroker(address, log, 10_000)).close()
      return
    } catch (cause) {
      const { code, message } = cause as SightlineError
      if (code === 'BROKER_DENIED' && performance.now() < deadline) {
        await pause(250)
        continue
      }
      const hint =
        code === 'BROKER_DENIED'
          ? "Perhaps the broker's keeper does not run (./sightline broker keep), or the agent was revoked."
          : 'Check that this host can reach that address; the api names it (--edge-broker).'
      throw new SightlineError(code, `this host is enrolled as ${agent}, but ${message}`, { cause, hint })
    }
  }
}
