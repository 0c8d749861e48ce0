import type { Schema } from '../../../api/client.ts'

type File = Schema<'AccessFile'>
export type Request = File['requests'][number]
export interface Row {
  person: string
  request: Request
}

const WAITING: readonly Request['state'][] = ['requested', 'supervisor-approved']
const lastAt = ({ request }: Row): string => request.steps.at(-1)?.at ?? ''

/** Requests of all files: those that wait, the oldest first; and those that are decided, the newest first. */
export function rowsOf(files: readonly File[]): { waiting: Row[]; decided: Row[] } {
  const rows = files.flatMap(({ person, requests }) => requests.map((request) => ({ person, request })))
  const isWaiting = ({ request }: Row) => WAITING.includes(request.state)
  const sorted = rows.sort((a, b) => (lastAt(a) < lastAt(b) ? -1 : 1))
  return { waiting: sorted.filter(isWaiting), decided: sorted.filter((row) => !isWaiting(row)).reverse() }
}

/** Who approved it. */
export const approverOf = ({ steps }: Request): string | undefined =>
  steps.find(({ action }) => action === 'approve')?.by
