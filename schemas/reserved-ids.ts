/** Ids that the system writes in place of a person's or a vendor's; nobody else may have them. */

/** Actor in the audit log for what the api does by itself. */
export const SYSTEM = 'system'
/** Actor for deletions at the end of retention. */
export const RETENTION_ACTOR = 'retention'
/** Actor for actions by a person whose name is unknown. */
export const NOBODY = 'nobody'
/** Actor with the development token. */
export const DEVELOPER_ID = 'developer'
/** Actor for what the host of an edge agent does. */
export const edgeActor = (agent: string): string => `edge_${agent}`

const ACTORS: readonly string[] = [SYSTEM, RETENTION_ACTOR, NOBODY, DEVELOPER_ID]

/** Whether an id has a meaning in the audit log other than a person (AUD-2). */
export const isReservedActor = (id: string): boolean =>
  ACTORS.includes(id.toLowerCase()) || id.toLowerCase().startsWith(edgeActor(''))
