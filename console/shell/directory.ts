import { computed, effect, signal } from '@preact/signals'
import { type Answer, answer, api } from '../api/client.ts'
import { queryClient } from '../api/queries.ts'
import { may, me } from './session.ts'
import { texts } from './texts.ts'

export type Colleague = Answer<'/v1/colleagues'>['colleagues'][number]

/**
 * Everybody with an account by id, asked for once after sign-on: each list is in the audit log. Empty until it is there,
 * and for whom the list is not open. Who reads it while rendering is rendered again when it comes.
 */
export const directory = signal<ReadonlyMap<string, Colleague>>(new Map())

/** Ids for which the list was asked for again; most that remain unknown are no people, e.g. `system`. */
const missed = new Set<string>()

/** Names that more than one person has. */
const shared = computed(() => {
  const names = [...directory.value.values()].map(({ name }) => name)
  return new Set(names.filter((name, i) => names.indexOf(name) !== i))
})

/** The name of a person; their id while it is not known. Of namesakes name and id. */
export function nameOf(id: string): string {
  const name = directory.value.get(id)?.name
  if (name === undefined) {
    askAnewFor(id)
    return texts.notPeople[id] ?? id
  }
  return shared.value.has(name) ? texts.namesake(name, id) : name
}

/** The same in a sentence: "you" for oneself. */
export const nameInSentence = (id: string): string => (id === me.value ? texts.you : nameOf(id))

/** Somebody may have got their account after the list was asked for; once for each id. */
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

/** Who may read the list; empty for nobody. A string, so that asking again who is signed on does not ask for it again. */
const viewer = computed(() => (may('colleague.list') ? me.value : ''))

effect(() => {
  directory.value = new Map()
  missed.clear()
  if (viewer.value) void load(viewer.value)
})
