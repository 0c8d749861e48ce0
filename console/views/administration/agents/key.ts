/** Key of the list of edge agents. */
export const AGENTS_KEY = ['administration', 'agents'] as const
