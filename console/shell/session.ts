import { computed, signal } from '@preact/signals'
import { answer, api, type Permission, type Session, whenSessionEnds } from '../api/client.ts'
import { type ProblemError, toProblem } from '../api/problem.ts'
import { queryClient } from '../api/queries.ts'

/** Who is signed on: undefined until it is known, null for nobody. */
export const session = signal<Session | null | undefined>(undefined)

/** Why one has to sign on (again), to be told there; null when there is nothing to tell. */
export type SignOnReason =
  | { kind: 'ended'; problem: ProblemError }
  | { kind: 'signed-off' }
  | { kind: 'refused-consent' }
export const signOnReason = signal<SignOnReason | null>(null)

/** Why it cannot be known who is signed on; null while that is known. */
export const sessionProblem = signal<ProblemError | null>(null)

const permissions = computed(() => new Set<Permission>(session.value?.may ?? []))

/** Whether one may do something at this moment, as the api said last; the api decides. */
export const may = (permission: Permission): boolean => permissions.value.has(permission)

/** The id of who is signed on; empty for nobody. */
export const me = computed(() => session.value?.id ?? '')

/** Asks the api again who is signed on and what they may do. */
export async function loadSession(): Promise<void> {
  try {
    session.value = await answer(api.GET('/v1/session'))
    sessionProblem.value = null
  } catch (error) {
    const problem = toProblem(error)
    if (problem.status !== 401) sessionProblem.value = problem
  }
}

/** Signs off here, or everywhere; nothing of what was shown stays. */
export async function signOff(kind: 'signed-off' | 'refused-consent', everywhere = false): Promise<void> {
  await answer(api.POST('/v1/sign-off', { body: { everywhere } }))
  leave({ kind })
}

function leave(reason: SignOnReason | null): void {
  signOnReason.value = reason
  session.value = null
  queryClient.clear()
}

whenSessionEnds((problem) => {
  if (problem.code === 'CONSENT_MISSING') return void loadSession()
  // Who comes for the first time, or comes back to an open page, has lost nothing that would have to be explained.
  if (session.value === null) return
  leave(problem.code === 'SESSION_ENDED' || session.value ? { kind: 'ended', problem } : null)
})

// What changed while the page was not looked at is known before anything is done; a page in the background asks
// nothing, so that it does not keep a session alive that nobody uses.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && session.value) void loadSession()
})
