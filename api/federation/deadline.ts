/** A time until which something is waited for, or until a caller goes. */
export interface Deadline {
  readonly signal: AbortSignal
  /** To be called when nothing is waited for any more. */
  end(): void
}

/** Ends by hand what AbortSignal.timeout and .any would leave to the garbage collector. */
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
