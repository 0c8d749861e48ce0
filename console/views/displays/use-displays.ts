import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, answerWithEtag, api } from '../../api/client.ts'
import type { Display } from './types.ts'

const PAGE = 500

/** All displays, or those of a case, newest first, page by page. */
export const useDisplays = (caseRef = '') =>
  useInfiniteQuery({
    queryKey: ['displays', 'list', caseRef],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/displays', {
          params: {
            query: { limit: PAGE, ...(caseRef && { caseRef }), ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // The client's types make plain arrays of pairs.
    select: ({ pages }) => pages.flatMap(({ displays }) => displays as Display[]),
  })

/** One display in its current state, with the ETag for a step on it. @throws ProblemError */
export async function fetchDisplay(id: string): Promise<{ display: Display; etag: string }> {
  const { data, etag } = await answerWithEtag(api.GET('/v1/displays/{id}', { params: { path: { id } } }))
  return { display: data as Display, etag }
}

export const displayQuery = (id: string) => ({
  queryKey: ['displays', 'one', id],
  queryFn: () => fetchDisplay(id),
})
