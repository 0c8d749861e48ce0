import { useInfiniteQuery } from '@tanstack/react-query'
import { answer, api, type Schema } from '../../../api/client.ts'

export const FILES_KEY = ['administration', 'access'] as const

/** People of a page. */
const PAGE = 100

/**
 * Requests, training and certification of the people whom the user may see, in pages.
 * @param order request: those that wait for a decision first; end: the certification that ends first
 */
export const useFiles = (order: 'request' | 'end') =>
  useInfiniteQuery({
    queryKey: [...FILES_KEY, order],
    queryFn: ({ pageParam }) => {
      const query = { order, limit: PAGE, ...(pageParam && { cursor: pageParam }) }
      return answer(api.GET('/v1/access', { params: { query } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ files }) => files as Schema<'AccessFile'>[]),
  })
