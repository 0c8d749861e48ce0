import { QueryClient } from '@tanstack/react-query'
import { toProblem } from './problem.ts'

/** Failures that a retry may fix. */
const isPassing = (error: unknown): boolean => {
  const { status } = toProblem(error)
  return status === 0 || status >= 500
}

/**
 * The cache of answers. Keys begin with the view's name: `['displays', 'list', …]`, so that a write can refresh a view's
 * answers. It is only in memory, and emptied when the session ends.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => isPassing(error) && count < 3,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      // The api is on this network or this machine, so an internet connection does not matter.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
