import { SingleBar } from 'cli-progress'

export interface Progress {
  /** Counts one more read. */
  step(): void
  count(): number
  stop(): void
}

/** A bar on a terminal, nothing elsewhere. @param length expected reads, null if unknown */
export function showProgress(length: number | null): Progress {
  let count = 0
  const format =
    length === null
      ? '{value} reads, {duration_formatted}'
      : '{bar} {value} of {total} reads, {duration_formatted}, {eta_formatted} left'
  const bar = new SingleBar({ format, stream: process.stderr, etaBuffer: 50 })
  let timer = process.stderr.isTTY ? setInterval(() => bar.update(count), 200) : undefined
  if (timer) bar.start(length ?? 0, 0)
  return {
    step: () => void count++,
    count: () => count,
    stop() {
      if (!timer) return
      clearInterval(timer)
      timer = undefined
      bar.update(count)
      bar.stop()
    },
  }
}
