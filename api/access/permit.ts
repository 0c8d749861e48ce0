import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'
import { type Need, PERMISSIONS, type Permission, type Rule } from './permissions.ts'

/** Who makes a request, and what holds for them at this moment. */
export interface Actor {
  /** A token (schemas/message.ts): owner of displays, last part of the audit subject. */
  readonly id: string
  readonly roles: readonly Role[]
  /** Key of the session; null for the development token. */
  readonly session: string | null
  /** Consented in this session to the text that is in force (ACC-5). */
  readonly consented: boolean
  readonly trainingValid: boolean
  /** Access was certified within a year (ACC-4). */
  readonly recertified: boolean
  /** Vendors, and `edge` for the agency's own cameras, whose reads they may see (ACC-6). */
  readonly sources: 'all' | readonly string[]
  /** When the first of what holds ends by itself, milliseconds: session, training, certification. */
  readonly until?: number
}

export interface Refusal {
  readonly code: ErrorCode
  /** The row of the requirements that refuses. */
  readonly requirement: string
  readonly message: string
  readonly hint: string
}

const UNMET: Record<Need, { holds(actor: Actor): boolean; refusal: Refusal }> = {
  consent: {
    holds: ({ consented }) => consented,
    refusal: {
      code: 'CONSENT_MISSING',
      requirement: 'ACC-5',
      message: 'nothing is possible before the permissible uses were consented to in this session',
      hint: 'Read GET /v1/consent, then consent with POST /v1/consent.',
    },
  },
  certification: {
    holds: ({ recertified }) => recertified,
    refusal: {
      code: 'ACCESS_ENDED',
      requirement: 'ACC-4',
      message: 'access that is not certified within a year ends',
      hint: 'An analyst asks for access again (POST /v1/access/requests); others ask a system owner to certify theirs.',
    },
  },
  training: {
    holds: ({ trainingValid }) => trainingValid,
    refusal: {
      code: 'TRAINING_LAPSED',
      requirement: 'ACC-3',
      message: 'access is only usable while the yearly training in security and privacy is current',
      hint: 'Complete the training; your supervisor or an administrator then records it.',
    },
  },
}

/**
 * Decides from the table alone. Consent comes first: before it nobody is told even whether they may.
 * @returns null when the actor may
 */
export function permit(actor: Actor, permission: Permission): Refusal | null {
  const rule: Rule = PERMISSIONS[permission]
  if (rule.needs.includes('consent') && !UNMET.consent.holds(actor)) return UNMET.consent.refusal
  const { roles } = rule
  if (roles !== 'everybody' && !roles.some((role) => actor.roles.includes(role)))
    return wrongRole(roles, rule)
  const unmet = rule.needs.find((need) => !UNMET[need].holds(actor))
  return unmet ? UNMET[unmet].refusal : null
}

function wrongRole(roles: readonly Role[], { requirements, sentence }: Rule): Refusal {
  return {
    code: 'NOT_ALLOWED',
    requirement: requirements[0]!,
    message: `this is for: ${roles.join(', ')}`,
    hint: roles.includes('analyst')
      ? `${sentence} Ask for access with POST /v1/access/requests.`
      : `${sentence} An administrator gives offices.`,
  }
}

/** The sources that are asked for and were not granted refuse the whole request (ACC-6). */
export function permitSources({ sources }: Actor, wanted: readonly string[]): Refusal | null {
  const missing = sources === 'all' ? [] : wanted.filter((source) => !sources.includes(source))
  if (missing.length === 0) return null
  return {
    code: 'NOT_ALLOWED',
    requirement: 'ACC-6',
    message: `not granted to you: ${missing.join(', ')}`,
    hint: 'Leave these sources out, or ask for them with POST /v1/access/requests.',
  }
}

/** A refusal as it is told. */
export const refusalError = ({ code, requirement, message, hint }: Refusal): SightlineError =>
  new SightlineError(code, `${message} (${requirement})`, { hint })
