import Type from 'typebox'

export const DEFAULT_LIMIT = 50

/** Entries of one page of a list. */
export const Limit = Type.Integer({ minimum: 1, maximum: 500, description: `default ${DEFAULT_LIMIT}` })
