/** A queue between a producer that calls and a consumer that iterates. */
export interface Channel<T> extends AsyncIterable<T> {
  push(item: T): void
  /** No more items; with an error, the consumer gets it after the queued items. */
  end(error?: Error): void
  /** Items that wait for the consumer. */
  readonly length: number
}

export function createChannel<T>(): Channel<T> {
  const items: T[] = []
  let ended = false
  let failure: Error | undefined
  let wake: () => void = () => {}

  async function* iterate(): AsyncGenerator<T> {
    for (;;) {
      const item = items.shift()
      if (item !== undefined) {
        yield item
        continue
      }
      if (failure) throw failure
      if (ended) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    push(item) {
      if (ended) return
      items.push(item)
      wake()
    },
    end(error) {
      if (ended) return
      ended = true
      failure = error
      wake()
    },
    get length() {
      return items.length
    },
    [Symbol.asyncIterator]: iterate,
  }
}
