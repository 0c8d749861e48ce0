import { toSightlineError } from '@sightline/schemas/errors'
import type { AuditEntry, AuditLog } from './log.ts'

/**
 * Decides whether an action is allowed. A refusal is recorded in the audit log, as an action is (AUD-2).
 * @param entry the record of the action, if it were done
 * @throws what `decide` throws, AUDIT_UNAVAILABLE
 */
export async function recordRefusals<T>(
  audit: Pick<AuditLog, 'record'>,
  { actor, action, subject, parameters }: AuditEntry,
  decide: () => T | Promise<T>,
): Promise<T> {
  try {
    return await decide()
  } catch (error) {
    const { code, message, httpStatus } = toSightlineError(error)
    // An unreachable broker refuses nothing, and no record could be written.
    if (httpStatus >= 500) throw error
    const refused = { ...parameters, refused: action, code, message }
    await audit.record({ actor, action: 'request.refuse', subject, parameters: refused })
    throw error
  }
}
