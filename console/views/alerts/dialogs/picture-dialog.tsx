import { useState } from 'preact/hooks'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { type PictureKind, pictureOf } from '../detail/pictures.tsx'
import type { Entry } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import './picture-dialog.css'

interface Props {
  entry: Entry
  kind: PictureKind
  onClose: () => void
}

/** A picture as large as the window allows, with adjustable brightness and contrast for night pictures. */
export function PictureDialog({ entry, kind, onClose }: Props) {
  const words = texts.picture
  const [brightness, setBrightness] = useState(100)
  const [contrast, setContrast] = useState(100)
  const picture = pictureOf(entry.alert, kind)
  return (
    <Dialog title={picture.alt} wide onClose={onClose}>
      <div class="alerts-large" style={{ filter: `brightness(${brightness}%) contrast(${contrast}%)` }}>
        <Picture {...picture} />
      </div>
      <div class="alerts-sliders">
        <Slider label={words.brightness} value={brightness} onChange={setBrightness} />
        <Slider label={words.contrast} value={contrast} onChange={setContrast} />
      </div>
      <p class="field-hint">{words.hint}</p>
    </Dialog>
  )
}

interface SliderProps {
  label: string
  /** Percent. */
  value: number
  onChange: (value: number) => void
}

function Slider({ label, value, onChange }: SliderProps) {
  return (
    <Field label={label}>
      <input
        type="range"
        min={50}
        max={300}
        step={10}
        value={value}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </Field>
  )
}
