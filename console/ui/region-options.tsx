import { REGIONS } from './regions.ts'

/** Choices of a select: who issued a plate, by country; their values are region codes such as `us-ca`. */
export function RegionOptions() {
  return (
    <>
      {REGIONS.map(({ country, regions }) => (
        <optgroup key={country} label={country}>
          {regions.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  )
}
