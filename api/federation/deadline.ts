/** A time until which something is waited for, or until a caller goes. */
export interface Deadline {
  readonly signal: AbortSignal
  /** To be called when nothing is waited for any more. */
  end(): void
}

/** Not AbortSignal.timeout and .any: in Node 20 those are collected while only a fetch listens to them, and never abort. */
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

/** The promise, or undefined as soon as the signal is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop = () => {}
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
  })
  signal.addEventListener('abort', stop)
  try {
    return signal.aborted ? undefined : await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
