import type { Benchmark } from './benchmark.ts'

/** Every benchmark, by its name; loaded only when it is run. */
export const BENCHMARKS: Record<string, () => Promise<{ bench: Benchmark }>> = {
  api: () => import('./api.ts'),
  audit: () => import('./audit.ts'),
  clips: () => import('./clips.ts'),
  history: () => import('./history.ts'),
  cluster: () => import('./cluster.ts'),
  console: () => import('./console.ts'),
  edge: () => import('./edge.ts'),
  latency: () => import('./latency.ts'),
  match: () => import('./match.ts'),
  passes: () => import('./passes.ts'),
  read: () => import('./read.ts'),
  recognition: () => import('./recognition.ts'),
  stream: () => import('./stream.ts'),
}
