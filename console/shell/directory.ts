import { computed, effect, signal } from '@preact/signals'
import { type Answer, answer, api } from '../api/client.ts'
import { queryClient } from '../api/queries.ts'
import { may, me } from './session.ts'
import { texts } from './texts.ts'

export type Colleague = Answer<'/v1/colleagues'>['colleagues'][number]

/**
 * Everybody with an account, by id, requested once after sign-in: each request is in the audit log. Empty until it is loaded,
 * and for people who may not see it. A component that reads it is rendered again when it arrives.
 */
export const directory = signal<ReadonlyMap<string, Colleague>>(new Map())

/** Ids for which the list was requested again; most ids that stay unknown are not people, e.g. `system`. */
const missed = new Set<string>()

/** Names that more than one person has. */
const shared = computed(() => {
  const names = [...directory.value.values()].map(({ name }) => name)
  return new Set(names.filter((name, i) => names.indexOf(name) !== i))
})

/** The name of a person; their id while it is unknown. People with the same name are shown with their id. */
export function nameOf(id: string): string {
  const name = directory.value.get(id)?.name
  if (name === undefined) {
    askAnewFor(id)
    return texts.notPeople[id] ?? id
  }
  return shared.value.has(name) ? texts.namesake(name, id) : name
}

/** The same within a sentence: "you" for the user. */
export const nameInSentence = (id: string): string => (id === me.value ? texts.you : nameOf(id))

/** Somebody may have got an account after the list was requested; once per id. */
function askAnewFor(id: string): void {
  if (directory.value.size === 0 || missed.has(id) || id in texts.notPeople) return
  missed.add(id)
  queueMicrotask(() => void load(me.value))
}

async function load(by: string): Promise<void> {
  try {
    const { colleagues } = await queryClient.fetchQuery({
      queryKey: ['shell', 'directory'],
      queryFn: () => answer(api.GET('/v1/colleagues')),
      staleTime: 0,
    })
    if (me.value === by) directory.value = new Map(colleagues.map((one) => [one.id, one]))
  } catch {
    // Ids are shown instead: nothing depends on names.
  }
}

/** Who may read the list; empty for nobody. A string, so that refreshing the session does not request it again. */
const viewer = computed(() => (may('colleague.list') ? me.value : ''))

effect(() => {
  directory.value = new Map()
  missed.clear()
  if (viewer.value) void load(viewer.value)
})
