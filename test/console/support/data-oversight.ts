import { randomUUID } from 'node:crypto'
import { createAuditLog } from '@sightline/api/audit/log'
import { openLink } from '@sightline/broker/link'
import { storeDisplays } from './data-alerts.ts'
import type { Console } from './open-console.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A clock for the api that begins in the quarter before, so that there is one to review, until `end()`. */
export function quarterBefore() {
  const now = new Date()
  const start = Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3)
  let back = now.getTime() - (start - 20 * DAY)
  return {
    clock: () => Date.now() - back,
    /** Lets time go on, milliseconds. */
    pass: (ms: number) => {
      back -= ms
    },
    end: () => {
      back = 0
    },
  }
}
export type Past = ReturnType<typeof quarterBefore>

const PURPOSES = [
  'Whereabouts of the courier after the seizure at San Ysidro',
  'Route of the trailer stolen at the port in September',
  'Whether the pickup was at Harbor Island on the night of the landing',
  'Where the rental of the cash courier is parked overnight',
] as const

/**
 * Fills a system with what oversight looks at: a quarter of queries with two things that stand out (a purpose that says
 * nothing; many people, one plate), displays to review.
 * @param past of the api that `console` has
 */
export async function fillOversight({ rig, session }: Console, past: Past): Promise<void> {
  await session('tom-berg')
  const log = createAuditLog(await openLink(rig.admin), past.clock)
  const query = async (actor: string, plate: string, caseRef: string, purpose: string, results: number) => {
    const subject = randomUUID()
    await log.record({ actor, action: 'query.search', subject, parameters: { plate, caseRef, purpose } })
    await log.record({ actor, action: 'query.answer', subject, parameters: { results } })
    past.pass(5 * HOUR)
  }
  for (let n = 0; n < 24; n++) {
    const actor = n % 2 === 0 ? 'dana-reyes' : 'sam-okafor'
    await query(actor, `7ABC${100 + n}`, `CASE-${2000 + (n % 6)}`, PURPOSES[n % 4]!, n % 3)
  }
  for (let n = 0; n < 4; n++)
    await query('sam-okafor', `6KLM${200 + n}`, `CASE-${2030 + n}`, 'investigation', 1)
  for (const [n, actor] of ['dana-reyes', 'sam-okafor', 'pat-quinn', 'kim-lowe'].entries()) {
    await query(actor, '8BXR247', `CASE-${2040 + n}`, PURPOSES[n]!, 2)
  }
  past.end()
  await storeDisplays(rig.admin)
}
