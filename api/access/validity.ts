import { instant } from '@sightline/runtime/clock'
import type { AccessFile, AccessRequest } from '@sightline/schemas/access-request'
import { SightlineError } from '@sightline/schemas/errors'
import type { Person, Role } from '@sightline/schemas/person'
import { yearsAfter } from '@sightline/schemas/year'
import { rolesOfSession } from './apart.ts'

/**
 * What a person may do at an instant, computed from stored dates when it is needed: no process has to run for access to
 * end on its day (ACC-3, ACC-4).
 */

/** A person who decides about another person. */
export interface Decider {
  id: string
  roles: readonly Role[]
}

/** Years for which training and certification are valid. */
const YEARS = 1

const holds = (validUntil: string | undefined, now: number): boolean =>
  validUntil !== undefined && now < Date.parse(validUntil)

export const isTrained = ({ training }: AccessFile, now: number): boolean => holds(training?.validUntil, now)

export const isCertified = ({ certification }: AccessFile, now: number): boolean =>
  holds(certification?.validUntil, now)

const isGranted = ({ state }: AccessRequest): boolean => state === 'granted'

/** Whether a request is for access as an analyst. */
export const isOfAnalyst = ({ reviewOnly }: Pick<AccessRequest, 'reviewOnly'>): boolean => !reviewOnly

/** Whether a person is an analyst: access was granted and not ended, though it may have lapsed. */
export const isAnalyst = ({ requests }: AccessFile): boolean =>
  requests.some((request) => isGranted(request) && isOfAnalyst(request))

/**
 * A person's roles at this moment: the assigned ones, and analyst if access was granted; never roles that one person
 * cannot have together (ACC-1).
 */
export const rolesOf = ({ offices }: Pick<Person, 'offices'>, file: AccessFile): Role[] =>
  rolesOfSession([...offices, ...(isAnalyst(file) ? (['analyst'] as const) : [])])

/**
 * Sources of all granted requests (ACC-6). Sources granted only for review count while the person has a role in
 * oversight.
 */
export const grantedSources = ({ requests }: AccessFile, roles: readonly Role[] = []): string[] => [
  ...new Set(
    requests
      .filter((request) => isGranted(request) && (isOfAnalyst(request) || roles.includes('oversight')))
      .flatMap(({ sources }) => sources),
  ),
]

/** The file with access certified until a year from now. */
export function certifyAccess(file: AccessFile, by: string, now: number): AccessFile {
  const validUntil = yearsAfter(new Date(now), YEARS).toISOString()
  return { ...file, certification: { at: instant(now), by, validUntil } }
}

/**
 * The file with all grants ended that were made before the certification lapsed, so that a later grant does not revive
 * them.
 */
export function endOfLapsed(file: AccessFile, by: string, now: number): AccessFile {
  const step = { action: 'end', by, at: instant(now), reason: 'Not certified within a year (ACC-4)' } as const
  return {
    ...file,
    requests: file.requests.map((request) =>
      isGranted(request) ? { ...request, state: 'ended' as const, steps: [...request.steps, step] } : request,
    ),
  }
}

/**
 * The file after the yearly certification.
 * @throws NOT_ALLOWED for one's own; RULE_BROKEN for an analyst whose access ended because it was not certified
 */
export function recertify(file: AccessFile, by: string, now: number): AccessFile {
  if (by === file.person) {
    throw new SightlineError('NOT_ALLOWED', 'nobody certifies their own access (ACC-4)', {
      hint: 'Another system owner must certify you.',
    })
  }
  if (isAnalyst(file) && !isCertified(file, now)) {
    throw new SightlineError(
      'RULE_BROKEN',
      `access ended because it was not certified by ${file.certification?.validUntil ?? 'now'} (ACC-4)`,
      { hint: 'The person must request access again (POST /v1/access/requests).' },
    )
  }
  return certifyAccess(file, by, now)
}

/**
 * The file with a completed training, valid for a year from its date.
 * @param supervisor of the person, as of now
 * @throws NOT_ALLOWED for one's own, or by another supervisor; RULE_BROKEN when it is in the future, a year old, or
 * before the last recorded one
 */
export function withTraining(
  file: AccessFile,
  { completedAt, certificate }: { completedAt: string; certificate: string },
  by: Decider,
  supervisor: string | null,
  now: number,
): AccessFile {
  if (by.id === file.person) {
    throw new SightlineError('NOT_ALLOWED', 'nobody records their own training (ACC-3)', {
      hint: 'Your supervisor or an administrator must record it.',
    })
  }
  if (!by.roles.includes('administrator') && by.id !== supervisor) {
    throw new SightlineError(
      'NOT_ALLOWED',
      "only the person's own supervisor or an administrator records training (ACC-3)",
      {
        hint: 'Ask their supervisor or an administrator.',
      },
    )
  }
  const at = Date.parse(completedAt)
  const refuse = (why: string) => {
    throw new SightlineError('RULE_BROKEN', `completedAt ${why} (ACC-3)`, {
      hint: 'Enter the completion date on the certificate.',
    })
  }
  if (Number.isNaN(at) || instant(at) !== completedAt) refuse('is not a valid date')
  if (at > now) refuse('is in the future')
  const validUntil = yearsAfter(new Date(at), YEARS).toISOString()
  if (!holds(validUntil, now)) refuse('is a year ago or more')
  if (file.training && completedAt < file.training.completedAt) refuse('is before the last recorded training')
  return { ...file, training: { completedAt, validUntil, certificate, recordedBy: by.id } }
}
