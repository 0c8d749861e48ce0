/** Ids that the system writes where a person's or a vendor's stands; nobody else may have them. */

/** Actor in the audit log of what the api does by itself. */
export const SYSTEM = 'system'
/** Of what is deleted because its time is over. */
export const RETENTION_ACTOR = 'retention'
/** Of what somebody did whose name nobody has. */
export const NOBODY = 'nobody'
/** Of who brings the development token. */
export const DEVELOPER_ID = 'developer'
/** Of what the host of an edge agent does. */
export const edgeActor = (agent: string): string => `edge_${agent}`

const ACTORS: readonly string[] = [SYSTEM, RETENTION_ACTOR, NOBODY, DEVELOPER_ID]

/** Whether an id stands in the audit log for something else than a person (AUD-2). */
export const isReservedActor = (id: string): boolean =>
  ACTORS.includes(id.toLowerCase()) || id.toLowerCase().startsWith(edgeActor(''))
