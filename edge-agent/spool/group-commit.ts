/**
 * Combines simultaneous items into one commit: while one runs, the next ones are collected. The order is kept.
 * @param commit makes a batch durable; returns for each item, in order, why it failed, or null
 * @returns `add`, which settles with the item's commit, and `idle`, which settles when nothing is in progress
 */
export function groupCommit<T>(commit: (batch: T[]) => Promise<(Error | null)[]>, maxBatch: number) {
  interface Waiting {
    item: T
    resolve(): void
    reject(error: unknown): void
  }
  const queue: Waiting[] = []
  let running: Promise<void> = Promise.resolve()
  let busy = false

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, maxBatch)
      try {
        const errors = await commit(batch.map(({ item }) => item))
        batch.forEach(({ resolve, reject }, index) => {
          const error = errors[index]
          if (error) reject(error)
          else resolve()
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  return {
    add(item: T): Promise<void> {
      const settled = new Promise<void>((resolve, reject) => queue.push({ item, resolve, reject }))
      if (!busy) {
        busy = true
        // One turn later, so that all items added in this turn are in the first batch.
        running = Promise.resolve().then(run)
      }
      return settled
    },
    idle: () => running,
  }
}
