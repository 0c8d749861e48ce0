import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageFolder } from '@sightline/runtime/root'

/** A part of a benchmark that runs as a separate process, so that its cost does not delay the measured parts. */
export interface Child<Job, Result> {
  pid: number
  /** One job after another. @throws when the process ends instead of answering */
  ask(job: Job): Promise<Result>
  close(): void
}

/** @param script path of the compiled program, below the package's `dist`; it calls `answerJobs` */
export function startChild<Job extends object, Result>(script: string): Child<Job, Result> {
  const child = fork(join(packageFolder(import.meta.url), 'dist', script))
  const gone = once(child, 'exit').then(() => {
    throw new Error(`${script} has ended`)
  })
  gone.catch(() => {})
  return {
    pid: child.pid ?? 0,
    async ask(job) {
      const answer = once(child, 'message')
      if (child.connected) child.send(job)
      const [result] = await Promise.race([answer, gone])
      return result as Result
    },
    close: () => {
      if (child.connected) child.disconnect()
    },
  }
}

/** The process's side: answers each job, and ends with its parent. */
export function answerJobs<Job, Result>(work: (job: Job) => Promise<Result>): void {
  process.on('message', (job) => {
    work(job as Job).then(
      (result) => process.send?.(result),
      (error) => {
        process.stderr.write(`${(error as Error).stack}\n`)
        process.exit(1)
      },
    )
  })
  process.on('disconnect', () => process.exit())
}
