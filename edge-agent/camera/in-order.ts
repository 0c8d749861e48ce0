/**
 * @returns a function that runs tasks one at a time, in the order of its calls. It returns what the task returns; a task
 * that fails does not stop the next one.
 */
export function createInOrder(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const next = last.then(task)
    last = next.catch(() => {})
    return next
  }
}
