import { answer, answerWithEtag, api } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import { queryClient } from '../../api/queries.ts'
import { useWrite, type Write } from '../../api/use-write.ts'
import { directory } from '../../shell/directory.ts'
import { toast } from '../../shell/toasts.tsx'
import { personIn } from '../../ui/people.ts'

/** What a write to something that others change as well is sent with. */
export interface Header {
  'if-match': string
  'idempotency-key': string
}

interface Done<Output> {
  /** What was seen; `*` for steps that are right whatever else became of it. */
  etag?: string
  /** Said when it is done. */
  said: string
  done?: (output: Output) => void
}

/** A step with a case or what is in it. When it was overtaken, what is shown is asked again: the next try is about that. */
export function useStep<Input, Output>(
  send: (input: Input, header: Header) => Promise<Output>,
  { etag = '*', said, done }: Done<Output>,
): Write<Input, Output> {
  return useWrite(
    async (input: Input, key) => {
      try {
        return await send(input, { 'if-match': etag, 'idempotency-key': key })
      } catch (error) {
        if (toProblem(error).code === 'CONFLICT') void queryClient.invalidateQueries({ queryKey: ['cases'] })
        throw error
      }
    },
    {
      refresh: [['cases']],
      done: (output) => {
        toast(said)
        done?.(output)
      },
    },
  )
}

/** A case with its ETag. */
export const caseQuery = (id: string) => ({
  queryKey: ['cases', 'one', id],
  queryFn: () => answerWithEtag(api.GET('/v1/cases/{id}', { params: { path: { id } } })),
})

export const savedQuery = (id: string) => ({
  queryKey: ['cases', 'one', id, 'saved'],
  queryFn: () => answer(api.GET('/v1/cases/{id}/saved', { params: { path: { id } } })),
})

export const lookoutsQuery = {
  queryKey: ['cases', 'lookouts'],
  queryFn: async () => (await answer(api.GET('/v1/lookouts'))).lookouts,
}

export const productsQuery = {
  queryKey: ['cases', 'products'],
  queryFn: async () => (await answer(api.GET('/v1/products'))).products,
}

export const passedQuery = {
  queryKey: ['cases', 'passed'],
  queryFn: async () => (await answer(api.GET('/v1/disseminations'))).disseminations,
}

/** What a form says under a name, without blanks around it. */
export const textIn = (values: FormData, name: string): string => String(values.get(name) ?? '').trim()

/** The id of the person whom a form names by id or name; as it was typed when it is neither: the api says what is wrong. */
export function idIn(values: FormData, name: string): string {
  const text = textIn(values, name)
  return personIn(text, [...directory.value.values()]) ?? text
}
