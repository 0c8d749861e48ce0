/** A plate or pattern as written, in capitals and without separators; wildcards stay. */
export const bare = (written: string): string =>
  written
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9?*[\]]/g, '')

/** Whether a bare text is a pattern, not a plate. */
export const isPattern = (text: string): boolean => /[?*[]/.test(text)

/** Whether a plate or pattern, as written, equals or covers a plate in normal form. */
export function covers(written: string, plate: string): boolean {
  // Nearly every display of a million is a plate in normal form, and another one.
  if (/^[A-Z0-9]+$/.test(written)) return written === plate
  const pattern = bare(written)
  if (!isPattern(pattern)) return pattern === plate
  const source = pattern.replaceAll('?', '[A-Z0-9]').replace(/\*+/g, '[A-Z0-9]*')
  try {
    return new RegExp(`^(?:${source})$`).test(plate)
  } catch {
    // An unclosed bracket: no display has one, only the record of a refusal.
    return false
  }
}

/** Whether a text mentions a plate in normal form: as a word, in any case, with or without separators. */
export function mentionOf(plate: string): (text: string) => boolean {
  const written = new RegExp(`(?<![A-Z0-9])${[...plate].join('[\\s\\-–.·_/]?')}(?![A-Z0-9])`, 'i')
  return (text) => written.test(text)
}

/** Keys under which a string is a plate or a pattern, not words. */
export const PLATE_KEYS = new Set(['plate', 'pattern', 'plateSeen'])

/** An instant, a UUID or a digest: programs write them, and letters in them that look like a plate are none. */
export const isForMachines = (text: string): boolean =>
  /^(\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64})$/.test(text)

/** Every string in a value, with its path: `subjects[2].about.plate`. */
export function* stringsIn(
  value: unknown,
  path = '',
): Generator<{ path: string; key: string; text: string }> {
  if (typeof value === 'string') {
    yield { path, key: /(\w+)(?:\[\d+\])?$/.exec(path)?.[1] ?? '', text: value }
  } else if (Array.isArray(value)) {
    for (const [i, part] of value.entries()) yield* stringsIn(part, `${path}[${i}]`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* stringsIn(part, path ? `${path}.${key}` : key)
  }
}

/** Finds where a value names a plate in normal form: as plate or pattern, or within text. */
export function plateFinder(plate: string): (value: unknown) => string[] {
  const mentions = mentionOf(plate)
  return (value) => {
    const found: string[] = []
    for (const { path, key, text } of stringsIn(value)) {
      const names = PLATE_KEYS.has(key) ? covers(text, plate) : !isForMachines(text) && mentions(text)
      if (names) found.push(path)
    }
    return found
  }
}
