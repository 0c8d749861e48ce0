import { computed, signal } from '@preact/signals'
import { answer, api, type Permission, type Session, whenSessionEnds } from '../api/client.ts'
import { type ProblemError, toProblem } from '../api/problem.ts'
import { queryClient } from '../api/queries.ts'

/** Who is signed in: undefined until known, null for nobody. */
export const session = signal<Session | null | undefined>(undefined)

/** Why the user must sign in (again), to be shown there; null if there is nothing to say. */
export type SignOnReason =
  | { kind: 'ended'; problem: ProblemError }
  | { kind: 'signed-off' }
  | { kind: 'refused-consent' }
export const signOnReason = signal<SignOnReason | null>(null)

/** Why it cannot be known who is signed in; null if it is known. */
export const sessionProblem = signal<ProblemError | null>(null)

const permissions = computed(() => new Set<Permission>(session.value?.may ?? []))

/** Whether the user may do something now, by the api's last answer; the api decides. */
export const may = (permission: Permission): boolean => permissions.value.has(permission)

/** The id of the signed-in user; empty for nobody. */
export const me = computed(() => session.value?.id ?? '')

/** Asks the api again who is signed in and what they may do. */
export async function loadSession(): Promise<void> {
  try {
    session.value = await answer(api.GET('/v1/session'))
    sessionProblem.value = null
  } catch (error) {
    const problem = toProblem(error)
    if (problem.status !== 401) sessionProblem.value = problem
  }
}

/** Signs out here, or everywhere; removes everything that was shown. */
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
  // People who come for the first time, or return to an open page, have lost nothing that needs an explanation.
  if (session.value === null) return
  leave(problem.code === 'SESSION_ENDED' || session.value ? { kind: 'ended', problem } : null)
})

// When the page becomes visible again, load changes before the user does anything. A page in the background requests nothing,
// so that it does not keep an unused session alive.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && session.value) void loadSession()
})
