import { instant } from '@sightline/runtime/clock'
import type {
  FederatedCompanionsAnswer,
  TimeWindow,
  VendorIds,
  VendorReport,
} from '@sightline/schemas/federated-search'
import type { Companion, CompanionsRequest } from '@sightline/schemas/vendor-search'
import { companionsAnswerParser } from '@sightline/schemas/vendor-search'
import type { Static } from 'typebox'
import { startDeadline } from './deadline.ts'
import { NOTHING_FILTERED } from './sift.ts'
import type { Vendor } from './vendor.ts'
import type { Bounds } from './window.ts'

export interface AskedCompanions extends Partial<TimeWindow> {
  plate: string
  /** Maximum number of companions from each vendor, 1 … 100. */
  limit: number
  vendors?: Static<typeof VendorIds> | undefined
}

type FoundCompanion = FederatedCompanionsAnswer['companions'][number]

/**
 * Vehicles that travel along, as one vendor counts them within the bounds. Never rejects because of the vendor.
 * Evidence from outside the window is filtered (QRY-4), and with it a companion without other evidence. A companion
 * seen by a camera outside the United States is filtered entirely: its days and rank count what the agency may not see
 * (CAP-5).
 */
export async function companionsOf(
  vendor: Vendor,
  question: CompanionsRequest,
  bounds: Bounds,
  caller?: AbortSignal,
): Promise<{ companions: FoundCompanion[]; report: VendorReport }> {
  const begun = performance.now()
  const deadline = startDeadline(vendor.deadlineMs, caller)
  const patience = { signal: deadline.signal, caller }
  const answer = await vendor.ask('/v1/companions', question, patience).finally(deadline.end)
  const report = (part: Partial<VendorReport>): VendorReport => ({
    vendor: vendor.id,
    state: 'complete',
    reason: null,
    refreshedAt: null,
    rows: 0,
    filtered: NOTHING_FILTERED,
    ...part,
    tookMs: Math.round(performance.now() - begun),
  })
  if (answer.state !== 'complete') {
    // Half a ranking is useless.
    const state = answer.state === 'partial' ? answer.otherwise : answer.state
    return { companions: [], report: report({ state, reason: answer.reason }) }
  }
  if (!companionsAnswerParser.check(answer.body)) {
    const reason = "the vendor's answer is not a list of companions"
    return { companions: [], report: report({ state: 'unreachable', reason }) }
  }
  const { companions: rows, refreshedAt } = answer.body
  const filtered = { ...NOTHING_FILTERED, surplus: Math.max(0, rows.length - question.limit) }
  const companions = rows.slice(0, question.limit).flatMap((row): FoundCompanion[] => {
    const abroad = row.evidence.filter(({ country }) => country !== 'US').length
    filtered.foreign += abroad
    const evidence = row.evidence.filter((seen) => judge(seen, bounds, filtered))
    const isSubject = row.plate === question.plate
    if (isSubject) filtered.unasked++
    const isShown = !isSubject && abroad === 0 && evidence.length > 0
    return isShown ? [{ ...row, evidence, vendor: vendor.id }] : []
  })
  return { companions, report: report({ rows: rows.length, refreshedAt, filtered }) }
}

function judge(
  { seenAt }: Companion['evidence'][number],
  { oldest, from, to }: Bounds,
  filtered: VendorReport['filtered'],
): boolean {
  const at = Date.parse(seenAt)
  if (Number.isNaN(at) || instant(at) !== seenAt) filtered.malformed++
  else if (at < oldest) filtered.tooOld++
  else if (at < from || at >= to) filtered.outside++
  else return true
  return false
}
