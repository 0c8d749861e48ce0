import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'
import { type Need, PERMISSIONS, type Permission, type Rule } from './permissions.ts'

/** Who makes a request, and which conditions they meet at this moment. */
export interface Actor {
  /** A token (schemas/message.ts): owner of displays, last part of the audit subject. */
  readonly id: string
  readonly roles: readonly Role[]
  /** Key of the session; null for the development token. */
  readonly session: string | null
  /** The person accepted the current text in this session (ACC-5). */
  readonly consented: boolean
  readonly trainingValid: boolean
  /** Access was certified within the last year (ACC-4). */
  readonly recertified: boolean
  /** Vendors, and `edge` for the agency's own cameras, whose reads they may see (ACC-6). */
  readonly sources: 'all' | readonly string[]
  /** When the first of session, training and certification expires, milliseconds. */
  readonly until?: number
}

export interface Refusal {
  readonly code: ErrorCode
  /** The requirement behind the refusal. */
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
      message: 'you must accept the permissible uses in this session first',
      hint: 'Read GET /v1/consent, then accept with POST /v1/consent.',
    },
  },
  certification: {
    holds: ({ recertified }) => recertified,
    refusal: {
      code: 'ACCESS_ENDED',
      requirement: 'ACC-4',
      message: 'your access has ended because it was not certified within a year',
      hint: 'Analysts request access again (POST /v1/access/requests); everybody else asks a system owner to certify their access.',
    },
  },
  training: {
    holds: ({ trainingValid }) => trainingValid,
    refusal: {
      code: 'TRAINING_LAPSED',
      requirement: 'ACC-3',
      message: 'your access is suspended because your yearly security and privacy training is not current',
      hint: 'Complete the training, then have your supervisor or an administrator record it.',
    },
  },
}

/**
 * Decides from the table alone. Consent is checked first: before consent a person does not even learn whether they may.
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
    message: `only these roles may do this: ${roles.join(', ')}`,
    hint: roles.includes('analyst')
      ? `${sentence} Request access with POST /v1/access/requests.`
      : `${sentence} An administrator assigns roles.`,
  }
}

/** Refuses the whole request when any requested source was not granted (ACC-6). */
export function permitSources({ sources }: Actor, wanted: readonly string[]): Refusal | null {
  const missing = sources === 'all' ? [] : wanted.filter((source) => !sources.includes(source))
  if (missing.length === 0) return null
  return {
    code: 'NOT_ALLOWED',
    requirement: 'ACC-6',
    message: `not granted to you: ${missing.join(', ')}`,
    hint: 'Leave these sources out, or request them with POST /v1/access/requests.',
  }
}

/** A refusal as an error. */
export const refusalError = ({ code, requirement, message, hint }: Refusal): SightlineError =>
  new SightlineError(code, `${message} (${requirement})`, { hint })
