import { useState } from 'preact/hooks'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { useDisplays } from '../use-displays.ts'
import { dueGroups } from './due.ts'
import { DueTable } from './due-table.tsx'
import { ExamineDialog } from './examine-dialog.tsx'
import { QuarterReview } from './quarter-review.tsx'
import { DisplayTabs } from './tabs.tsx'
import '../displays.css'

/** What ends soon (DSP-3), and what oversight said in this quarter (DSP-4). */
export default function Due() {
  const words = texts.due
  const query = useDisplays()
  const [whose, setWhose] = useState<'mine' | 'everybody'>(may('display.validate') ? 'mine' : 'everybody')
  const [examined, setExamined] = useState<readonly Display[] | null>(null)
  return (
    <Page title={words.title} lead={words.lead}>
      <DisplayTabs current="/displays/due" displays={query.data ?? []} />
      <Loaded query={query}>
        {(all) => {
          const shown = whose === 'mine' ? all.filter(({ owner }) => owner === me.value) : all
          const now = Date.now()
          const groups = dueGroups(shown, now)
          const mine = groups.flatMap(({ displays }) => displays.filter(({ owner }) => owner === me.value))
          return (
            <>
              <div class="filter-bar displays-filter">
                {may('display.validate') && (
                  <label>
                    <span>{words.whose}</span>
                    <select
                      value={whose}
                      onChange={(event) => setWhose(event.currentTarget.value as typeof whose)}
                    >
                      <option value="mine">{words.mine}</option>
                      <option value="everybody">{words.everybody}</option>
                    </select>
                  </label>
                )}
                {may('display.validate') && mine.length > 0 && (
                  <Button kind="primary" onClick={() => setExamined(mine)}>
                    {words.examine}
                  </Button>
                )}
              </div>
              {groups.length === 0 && <Empty icon="check" text={words.none} />}
              {groups.map(({ step, displays }) => (
                <section key={step} class="displays-group">
                  <h2>{words.groups[step]}</h2>
                  <DueTable label={words.groups[step]} displays={displays} />
                </section>
              ))}
              <QuarterReview displays={shown} now={now} />
            </>
          )
        }}
      </Loaded>
      {examined && <ExamineDialog displays={examined} onClose={() => setExamined(null)} />}
    </Page>
  )
}
