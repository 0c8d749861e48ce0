import { useState } from 'preact/hooks'
import { problemIn, toProblem } from '../../api/problem.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { texts } from './texts.ts'

const words = texts.exporting

/** Exports the saved reads of a case. Results that were not saved cannot be exported (QRY-8). */
export function ExportButtons({ caseId }: { caseId: string }) {
  const [busy, setBusy] = useState<string | null>(null)
  const take = async (format: 'csv' | 'geojson') => {
    setBusy(format)
    try {
      const response = await fetch(`/v1/cases/${caseId}/saved/export?format=${format}`)
      if (!response.ok) throw await problemIn(response)
      download(await response.blob(), nameIn(response) ?? `case-${caseId}.${format}`)
      toast(words.done)
    } catch (error) {
      toast(toProblem(error).detail, 'failed')
    } finally {
      setBusy(null)
    }
  }
  return (
    <span class="search-export" title={words.why}>
      <span>{words.label}:</span>
      {(['csv', 'geojson'] as const).map((format) => (
        <Button
          key={format}
          kind="quiet"
          icon="export"
          busy={busy === format}
          onClick={() => void take(format)}
        >
          {words[format]}
        </Button>
      ))}
    </span>
  )
}

/** The name that the api gives the file. */
const nameIn = (response: Response): string | undefined =>
  /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1]

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
