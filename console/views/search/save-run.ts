import { type ProblemError, toProblem } from '../../api/problem.ts'

export type SaveState = { state: 'waiting' | 'saved' } | { state: 'failed'; problem: ProblemError }

/** The case already has the read, so it counts as saved. */
const isThere = ({ code }: ProblemError): boolean => code === 'CONFLICT'

/**
 * Saves reads one after another, as the api requires; a failure does not stop the others. @param save saves one; rejects with
 * the api's problem
 * @param told receives the state of each, after every step
 */
export async function saveAll(
  ids: readonly string[],
  save: (id: string) => Promise<unknown>,
  told: (states: ReadonlyMap<string, SaveState>) => void,
): Promise<void> {
  const states = new Map<string, SaveState>(ids.map((id) => [id, { state: 'waiting' }]))
  told(new Map(states))
  for (const id of ids) {
    try {
      await save(id)
      states.set(id, { state: 'saved' })
    } catch (error) {
      const problem = toProblem(error)
      states.set(id, isThere(problem) ? { state: 'saved' } : { state: 'failed', problem })
    }
    told(new Map(states))
  }
}
