import { type QueryKey, useMutation } from '@tanstack/react-query'
import { useRef } from 'preact/hooks'
import { type ProblemError, toProblem } from './problem.ts'
import { queryClient } from './queries.ts'

export interface Write<Input, Output> {
  /** Sends it. While it is in progress, further calls do nothing. */
  submit(input: Input): void
  busy: boolean
  /** Why the last attempt failed; null once the next begins. */
  problem: ProblemError | null
  /** The last answer. */
  output: Output | undefined
  /** Clears problem and output. */
  reset(): void
}

/**
 * A write of a form or button.
 * @param write sends it; `key` belongs in the header `idempotency-key` if the route has one: the same input sent again after
 *   a failure has the same key, so it is done once
 * @param refresh keys of queries to refresh after it was done
 */
export function useWrite<Input, Output>(
  write: (input: Input, key: string) => Promise<Output>,
  {
    refresh = [],
    done,
  }: { refresh?: readonly QueryKey[]; done?: (output: Output, input: Input) => void } = {},
): Write<Input, Output> {
  const last = useRef({ text: '', key: '' })
  const { mutate, isPending, error, data, reset } = useMutation({
    mutationFn: (input: Input) => {
      const text = JSON.stringify(input) ?? ''
      if (last.current.text !== text || !last.current.key) last.current = { text, key: crypto.randomUUID() }
      return write(input, last.current.key)
    },
    onSuccess: (output, input) => {
      last.current = { text: '', key: '' }
      for (const queryKey of refresh) void queryClient.invalidateQueries({ queryKey })
      done?.(output, input)
    },
  })
  return {
    submit: (input) => {
      if (!isPending) mutate(input)
    },
    busy: isPending,
    problem: error ? toProblem(error) : null,
    output: data,
    reset,
  }
}
