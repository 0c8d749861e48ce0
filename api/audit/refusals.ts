import { toSightlineError } from '@sightline/schemas/errors'
import type { AuditEntry, AuditLog } from './log.ts'

/**
 * Decides whether something may be done; a refusal is in the audit log, as what is done is (AUD-2).
 * @param entry the record of the thing, were it done
 * @throws what `decide` throws, AUDIT_UNAVAILABLE
 */
export async function refusalsRecorded<T>(
  audit: Pick<AuditLog, 'record'>,
  { actor, action, subject, parameters }: AuditEntry,
  decide: () => T | Promise<T>,
): Promise<T> {
  try {
    return await decide()
  } catch (error) {
    const { code, message, httpStatus } = toSightlineError(error)
    // A broker that is away refuses nothing; nor could it be recorded.
    if (httpStatus >= 500) throw error
    const refused = { ...parameters, refused: action, code, message }
    await audit.record({ actor, action: 'request.refuse', subject, parameters: refused })
    throw error
  }
}
