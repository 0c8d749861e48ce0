import { Field } from '../../../ui/field.tsx'
import { RegionOptions } from '../../../ui/region-options.tsx'
import { texts } from '../texts.ts'

/** Who issued the plate, as far as the picture shows it; form value `region`, '' for not shown. */
export function RegionSelect() {
  const words = texts.compare
  return (
    <Field label={words.region} hint={words.regionHint}>
      <select name="region">
        <option value="">{words.anyRegion}</option>
        <RegionOptions />
      </select>
    </Field>
  )
}
