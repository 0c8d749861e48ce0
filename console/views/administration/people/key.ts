/** Key of the list of accounts. */
export const PEOPLE_KEY = ['administration', 'people'] as const
