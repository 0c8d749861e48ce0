/** Parameters of a record in one line, without what was left out: `plate 7ABC123, limit 50`. */
export const parametersText = (parameters: Record<string, unknown>): string =>
  Object.entries(parameters)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
