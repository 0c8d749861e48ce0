import { PORTS_OF_ENTRY, portOfEntry } from '@sightline/schemas/ports-of-entry'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'

const MOST = 10

/** Ports of entry whose approach alerts report (DSP-6). */
export function PortsField({ ports, set }: { ports: readonly string[]; set: (ports: string[]) => void }) {
  const words = texts.editor
  const others = PORTS_OF_ENTRY.filter(({ code }) => !ports.includes(code))
  return (
    <>
      <Field label={words.ports} hint={words.portsHint}>
        <select
          value=""
          disabled={ports.length >= MOST}
          onChange={(event) => {
            if (event.currentTarget.value) set([...ports, event.currentTarget.value])
          }}
        >
          <option value="">{words.addPort}</option>
          {others.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {ports.length > 0 && (
        <ul class="displays-chips">
          {ports.map((code) => {
            const name = portOfEntry(code)?.name ?? code
            return (
              <li key={code}>
                {name}
                <Button
                  kind="quiet"
                  icon="close"
                  aria-label={words.remove(name)}
                  onClick={() => set(ports.filter((one) => one !== code))}
                />
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}
