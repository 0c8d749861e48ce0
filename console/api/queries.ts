import { QueryClient } from '@tanstack/react-query'
import { toProblem } from './problem.ts'

/** Failures that a retry may fix. */
const isPassing = (error: unknown): boolean => {
  const { status } = toProblem(error)
  return status === 0 || status >= 500
}

/**
 * The cache of what was asked for. Keys begin with the view's name: `['displays', 'list', …]`, so that a write can have a
 * view's answers asked again. It is in memory alone, and emptied when the session ends.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => isPassing(error) && count < 3,
      retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      // The api is on this network or on this machine: whether there is an internet says nothing.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
