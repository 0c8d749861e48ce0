import { SingleBar } from 'cli-progress'

export interface Progress {
  /** One read more. */
  step(): void
  count(): number
  stop(): void
}

/** A bar on a terminal, nothing elsewhere. @param length reads to come, null when nobody knows */
export function showProgress(length: number | null): Progress {
  let count = 0
  const format =
    length === null
      ? '{value} reads, {duration_formatted}'
      : '{bar} {value} of {total} reads, {duration_formatted}, {eta_formatted} to go'
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
