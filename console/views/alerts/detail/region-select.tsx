import { texts } from '../../../texts/alerts.ts'
import { REGIONS } from '../../../texts/regions.ts'
import { Field } from '../../../ui/field.tsx'

/** Who issued the plate, as far as the picture shows it; form value `region`, '' for not shown. */
export function RegionSelect() {
  const words = texts.compare
  return (
    <Field label={words.region} hint={words.regionHint}>
      <select name="region">
        <option value="">{words.anyRegion}</option>
        {REGIONS.map(({ country, regions }) => (
          <optgroup key={country} label={country}>
            {regions.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </Field>
  )
}
