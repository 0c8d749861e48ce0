import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { More } from '../../../ui/more.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { PassedTable } from '../passed-table.tsx'
import { passedQuery } from '../steps.ts'
import { texts } from '../texts.ts'
import type { PartProps } from './page.tsx'
import { PassDialog } from './pass-dialog.tsx'

/** What was shared outside from this case, and a form to record the next one (AUD-7). */
export function Passed({ one }: PartProps) {
  const words = texts.passed
  const query = useInfiniteQuery(passedQuery({ case: one.id }))
  const [recording, setRecording] = useState(false)
  return (
    <section class="cases-part">
      <div class="cases-part-head">
        <h2>{words.heading}</h2>
        {may('dissemination.create') && (
          <Button kind="primary" icon="plus" onClick={() => setRecording(true)}>
            {words.record}
          </Button>
        )}
      </div>
      <p class="cases-note">{words.recordNote}</p>
      <Loaded query={query}>
        {(passed) => (passed.length === 0 ? <Empty text={words.empty} /> : <PassedTable passed={passed} />)}
      </Loaded>
      <More query={query} />
      {recording && <PassDialog one={one} onClose={() => setRecording(false)} />}
    </section>
  )
}
