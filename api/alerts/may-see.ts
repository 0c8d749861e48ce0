import type { Actor } from '../access/permit.ts'

/** Whether an actor may see data of a source (ACC-6). */
export const maySee = ({ sources }: Pick<Actor, 'sources'>, { source }: { source: string }): boolean =>
  sources === 'all' || sources.includes(source)
