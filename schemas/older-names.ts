/**
 * Version 0.1 stored the color of a vehicle as `colour`. Reads waiting in an agent's spool or a stream, recordings,
 * alerts and saved reads still have it. Returns the read with the current name; leaves anything else as it is.
 */
export function colorOfRead(stored: unknown): unknown {
  const { vehicle } = (stored ?? {}) as { vehicle?: { certainty?: unknown } | null }
  if (!isOld(vehicle)) return stored
  const { certainty } = vehicle
  const renamed = american(vehicle)
  return {
    ...(stored as object),
    vehicle: isOld(certainty) ? { ...renamed, certainty: american(certainty) } : renamed,
  }
}

/** The same for an alert, which also lists the facts that the read did not contain. */
export function colorOfAlert(stored: unknown): unknown {
  const alert = colorOfItsRead(stored) as { match?: { unchecked?: unknown } } | null
  const unchecked = alert?.match?.unchecked
  if (!Array.isArray(unchecked) || !unchecked.includes('colour')) return alert
  const facts = unchecked.map((fact) => (fact === 'colour' ? 'color' : fact))
  return { ...alert, match: { ...alert?.match, unchecked: facts } }
}

/** The same for an object that contains a read as `read`. */
export function colorOfItsRead(stored: unknown): unknown {
  const { read } = (stored ?? {}) as { read?: unknown }
  const renamed = colorOfRead(read)
  return renamed === read ? stored : { ...(stored as object), read: renamed }
}

/** The same for the list of a display's colors. */
export function colorsOfDisplay(stored: unknown): unknown {
  const { only } = (stored ?? {}) as { only?: unknown }
  if (typeof only !== 'object' || only === null || !('colours' in only) || 'colors' in only) return stored
  const { colours, ...rest } = only
  return { ...(stored as object), only: { ...rest, colors: colours } }
}

/** The same for the vehicles that a case names: as subjects, and in searches without a plate. */
export function colorsOfCase(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null) return stored
  const { subjects, placeSearches } = stored as { subjects?: unknown; placeSearches?: unknown }
  return {
    ...stored,
    ...(Array.isArray(subjects) && { subjects: subjects.map(colorOfSubject) }),
    ...(Array.isArray(placeSearches) && { placeSearches: placeSearches.map(colorOfItsVehicle) }),
  }
}

function colorOfSubject(subject: unknown): unknown {
  const { about } = (subject ?? {}) as { about?: unknown }
  const renamed = colorOfItsVehicle(about)
  return renamed === about ? subject : { ...(subject as object), about: renamed }
}

function colorOfItsVehicle(stored: unknown): unknown {
  const { vehicle } = (stored ?? {}) as { vehicle?: unknown }
  return isOld(vehicle) ? { ...(stored as object), vehicle: american(vehicle) } : stored
}

/**
 * A recipient's organization, formerly `organisation`: in the agency's file of recipients, and in stored
 * disseminations.
 */
export function organizationOf(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null || !('organisation' in stored)) return stored
  const { organisation, ...rest } = stored
  return { ...rest, organization: organisation }
}

const isOld = (value: unknown): value is { colour: unknown; certainty?: unknown } =>
  typeof value === 'object' && value !== null && 'colour' in value && !('color' in value)

const american = ({ colour, ...rest }: { colour: unknown }) => ({ ...rest, color: colour })
