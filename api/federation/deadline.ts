/** A time until which a caller waits, or until the caller leaves. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Call it when nothing is awaited any more. */
  end(): void
}

/** Cleans up at once what AbortSignal.timeout and .any would leave to the garbage collector. */
export function startDeadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, ms)
  caller?.addEventListener('abort', abort)
  if (caller?.aborted) abort()
  const end = () => {
    clearTimeout(timer)
    caller?.removeEventListener('abort', abort)
  }
  return { signal: controller.signal, end }
}
