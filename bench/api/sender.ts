import { setTimeout as sleep } from 'node:timers/promises'
import { instant } from '@sightline/runtime/clock'
import type { VendorSearchRequest } from '@sightline/schemas/vendor-search'
import { answerJobs } from '../stack/child.ts'
import { MATTER, PLATE, type SendJob, type Sent } from './job.ts'
import { post, session } from './post.ts'

/**
 * The sender of `bench api`, as a separate process. It sends queries by a timetable, alternately through the api and
 * directly, half a step apart, whether or not earlier ones were answered. Delays count from the due time (no coordinated
 * omission).
 */
answerJobs(async (job: SendJob): Promise<Sent> => {
  const { rate, seconds } = job
  const ask = asker(job)
  const sent: Sent = { api: [], direct: [], late: [] }
  const asked: Promise<void>[] = []
  const begun = performance.now()
  for (let n = 0; n < 2 * rate * seconds; n++) {
    const due = begun + (n * 1000) / (2 * rate)
    const wait = due - performance.now()
    // Never early: a timer may fire up to a millisecond too soon.
    if (wait > 0) await sleep(Math.ceil(wait))
    const way = n % 2 === 0 ? 'api' : 'direct'
    sent.late.push(performance.now() - due)
    asked.push(ask[way](n >> 1).then(() => void sent[way].push(performance.now() - due)))
  }
  await Promise.all(asked)
  return sent
})

const DAY = 86_400_000

/** All questions differ, so each one goes to the vendor and fills the cache. */
function asker({ url, vendorUrl, cookies }: SendJob) {
  const to = Date.now()
  const window = (n: number) => ({ plate: PLATE, from: instant(to - 30 * DAY + n), to: instant(to) })
  return {
    api: (n: number) =>
      post(`${url}/v1/search`, { ...MATTER, ...window(n) }, session(url, cookies[n % cookies.length]!)),
    direct: (n: number) => {
      const question: VendorSearchRequest = { v: 1, limit: 100, ...window(n) }
      return post(`${vendorUrl}/v1/search`, question)
    },
  }
}
