import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite, type Write } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import type { Lookout } from '../../cases/types.ts'
import type { AlertWork } from '../feed/entry.ts'
import { applyWork } from '../feed/feed.ts'
import { texts } from '../texts.ts'

export type Verification = Body<'/v1/alerts/{sequence}/verification'>
export type Rejection = Body<'/v1/alerts/{sequence}/rejection'>
export type NewPassOn = Body<'/v1/alerts/{sequence}/pass-on'>
export type NewLookout = Body<'/v1/alerts/{sequence}/lookout'>

/** What a person may do with an alert (DSP-7); the api has the rules. */
export interface Steps {
  claim: Write<null, AlertWork>
  release: Write<null, AlertWork>
  verify: Write<Verification, AlertWork>
  reject: Write<Rejection, AlertWork>
  passOn: Write<NewPassOn, AlertWork>
  lookout: Write<NewLookout, Lookout>
}

export function useSteps(sequence: number): Steps {
  const words = texts.compare.done
  const params = (key: string) => ({ path: { sequence }, header: { 'idempotency-key': key } })
  const refresh = [['alerts', 'one', sequence]]
  const then = (text?: string) => ({
    refresh,
    done: (work: AlertWork) => {
      applyWork(work)
      if (text) toast(text)
    },
  })
  return {
    claim: useWrite(
      (_: null, key) => answer(api.POST('/v1/alerts/{sequence}/claim', { params: params(key) })),
      then(),
    ),
    release: useWrite(
      (_: null, key) => answer(api.POST('/v1/alerts/{sequence}/release', { params: params(key) })),
      then(words.released),
    ),
    verify: useWrite(
      (body: Verification, key) =>
        answer(api.POST('/v1/alerts/{sequence}/verification', { params: params(key), body })),
      then(words.verified),
    ),
    reject: useWrite(
      (body: Rejection, key) =>
        answer(api.POST('/v1/alerts/{sequence}/rejection', { params: params(key), body })),
      then(words.rejected),
    ),
    passOn: useWrite(
      (body: NewPassOn, key) =>
        answer(api.POST('/v1/alerts/{sequence}/pass-on', { params: params(key), body })),
      then(words.passedOn),
    ),
    lookout: useWrite(
      (body: NewLookout, key) =>
        answer(api.POST('/v1/alerts/{sequence}/lookout', { params: params(key), body })),
      { refresh: [['cases', 'lookouts']], done: () => toast(words.lookout) },
    ),
  }
}
