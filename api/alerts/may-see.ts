import type { Actor } from '../access/permit.ts'

/** Whether something of a source may be seen by somebody (ACC-6). */
export const maySee = ({ sources }: Pick<Actor, 'sources'>, { source }: { source: string }): boolean =>
  sources === 'all' || sources.includes(source)
