import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, answerWithEtag, api } from '../../api/client.ts'
import { toProblem } from '../../api/problem.ts'
import { queryClient } from '../../api/queries.ts'
import { useWrite, type Write } from '../../api/use-write.ts'
import { directory } from '../../shell/directory.ts'
import { toast } from '../../shell/toasts.tsx'
import { personIn } from '../../ui/people.ts'

/** What accompanies a write to something that others may change as well. */
export interface Header {
  'if-match': string
  'idempotency-key': string
}

interface Done<Output> {
  /** ETag of the version that the user saw; `*` for steps that are valid for any version. */
  etag?: string
  /** Message after success. */
  said: string
  done?: (output: Output) => void
}

/** A step on a case or its contents. If somebody else's change came first, the data is loaded again for the next attempt. */
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

/** Entries of a page. */
const PAGE = 100

/** Whose entries alone are wanted: of a case, by its id. */
interface Of {
  case?: string
}

const pageQuery = <Q extends Of>(of: Q, cursor: string) => ({
  params: { query: { limit: PAGE, ...of, ...(cursor && { cursor }) } },
})

/** For `useInfiniteQuery`: the pages as one list. */
const pages = {
  initialPageParam: '',
  getNextPageParam: ({ next }: { next: string | null }) => next,
}

export const savedQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'one', id, 'saved'],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam && { cursor: pageParam }) }
      return answer(api.GET('/v1/cases/{id}/saved', { params: { path: { id }, query } }))
    },
    ...pages,
    select: ({ pages }) => ({
      saved: pages.flatMap(({ saved }) => saved),
      withheld: pages.at(-1)!.withheld,
    }),
  })

/** @param of a case, or an alert by its id; without either all that the user may see */
export const lookoutsQuery = (of: Of & { alert?: string } = {}) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'lookouts', of],
    queryFn: ({ pageParam }) => answer(api.GET('/v1/lookouts', pageQuery(of, pageParam))),
    ...pages,
    select: ({ pages }) => pages.flatMap(({ lookouts }) => lookouts),
  })

/** @param of a workspace */
export const productsQuery = (of: Of = {}) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'products', of],
    queryFn: ({ pageParam }) => answer(api.GET('/v1/products', pageQuery(of, pageParam))),
    ...pages,
    select: ({ pages }) => pages.flatMap(({ products }) => products),
  })

export const passedQuery = (of: Of = {}) =>
  infiniteQueryOptions({
    queryKey: ['cases', 'passed', of],
    queryFn: ({ pageParam }) => answer(api.GET('/v1/disseminations', pageQuery(of, pageParam))),
    ...pages,
    select: ({ pages }) => pages.flatMap(({ disseminations }) => disseminations),
  })

/** A form's value, trimmed. */
export const textIn = (values: FormData, name: string): string => String(values.get(name) ?? '').trim()

/** The id of the person whom a form names by id or name. Any other text is returned as it is, and the api reports the fault. */
export function idIn(values: FormData, name: string): string {
  const text = textIn(values, name)
  return personIn(text, [...directory.value.values()]) ?? text
}
