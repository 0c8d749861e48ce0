import { createCopy } from '@sightline/api/shared/copy'
import type { Stored } from '@sightline/api/shared/records'
import fc from 'fast-check'
import { expect, test } from 'vitest'

interface Write {
  key: string
  revision: number
  isGone: boolean
}

const KEYS = ['a', 'b']

/** What happens next: somebody writes, the watch tells of one write, or an answer to an own write arrives. */
const step = fc.record({
  what: fc.constantFrom('put', 'remove', 'told', 'told', 'answer', 'answer'),
  key: fc.constantFrom(...KEYS),
  isOwn: fc.boolean(),
})

test('a copy has own writes from their answer on, nothing older after something later, and at the end what is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const copy = createCopy<string>()
      const log: Write[] = []
      const answers: (() => Promise<void>)[] = []
      const latest = (key: string, upTo = log.length) => log.slice(0, upTo).findLast((one) => one.key === key)
      /** Of each key the latest write that this process must know of. */
      const known = new Map<string, number>()
      let told = 0
      const knows = ({ key, revision }: Write) => known.set(key, Math.max(known.get(key) ?? 0, revision))
      const tell = (isLate: boolean) => {
        const next = log[told++]!
        // The bucket has only the latest of each key; others may be on their way already.
        if (!isLate && latest(next.key) !== next) return
        if (next.isGone) copy.toldGone(next.key, next.revision)
        else copy.told(next.key, { value: next.key, revision: next.revision })
        knows(next)
      }
      const check = () => {
        for (const key of KEYS) {
          const least = log.find(({ revision }) => revision === known.get(key))
          const shown = copy.get(key)?.revision
          if (least === undefined) continue
          if (least.isGone) expect(shown ?? Number.POSITIVE_INFINITY).toBeGreaterThan(least.revision)
          else if (shown !== undefined) expect(shown).toBeGreaterThanOrEqual(least.revision)
          // Something is missing only where it was removed later.
          else
            expect(log.some((one) => one.key === key && one.isGone && one.revision > least.revision)).toBe(
              true,
            )
        }
      }
      for (const { what, key, isOwn } of steps) {
        if (what === 'put' || what === 'remove') {
          const write = { key, revision: log.length + 1, isGone: what === 'remove' }
          // Answers to one process come in order.
          if (isOwn && write.isGone) while (answers.length > 0) await answers.shift()!()
          const isKnown = latest(key)?.revision === copy.get(key)?.revision
          log.push(write)
          if (!isOwn) continue
          if (write.isGone) {
            copy.removed(key)
            // What others wrote may still come, until the watch tells of the removal.
            if (isKnown) knows(write)
          } else {
            let arrive: (stored: Stored<string>) => void = () => {}
            const put = new Promise<Stored<string>>((resolve) => {
              arrive = resolve
            })
            const written = copy.write(key, put)
            answers.push(async () => {
              arrive({ value: key, revision: write.revision })
              await written
              knows(write)
            })
          }
        } else if (what === 'told' && told < log.length) tell(isOwn)
        else if (what === 'answer') await answers.shift()?.()
        check()
      }
      while (told < log.length) tell(false)
      for (const answer of answers) await answer()
      for (const key of KEYS) {
        const last = latest(key)
        expect(copy.get(key)?.revision).toBe(last && !last.isGone ? last.revision : undefined)
      }
    }),
    { numRuns: 2000 },
  )
})
