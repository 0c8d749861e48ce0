import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { RecordDialog } from '../audit/record-dialog.tsx'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { SignalFacts } from './signal-facts.tsx'

const words = texts.misuse
const DAYS = [30, 90, 180, 365] as const
const DAY_MS = 86_400_000

/** Signs of unusual use, each with other possible explanations (AUD-5). */
export default function Misuse() {
  const [days, setDays] = useState(90)
  const [record, setRecord] = useState<number | null>(null)
  const query = useQuery({
    queryKey: ['oversight', 'signals', days],
    queryFn: () => {
      const from = new Date(Date.now() - days * DAY_MS).toISOString()
      return answer(api.GET('/v1/oversight/signals', { params: { query: { from } } }))
    },
    staleTime: 60_000,
  })
  const settings = may('misuse.configure') && (
    <Link class="button" href="/oversight/misuse/settings">
      {words.settings}
    </Link>
  )
  return (
    <Page title={words.title} lead={`${words.lead} ${words.later}`} actions={settings}>
      <OversightTabs current="/oversight/misuse" />
      <div class="filter-bar oversight-bar">
        <label>
          {words.window}
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {words.days(count)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Loaded query={query}>
        {({ signals }) =>
          signals.length === 0 ? (
            <Empty icon="check" text={words.none} />
          ) : (
            <ul class="oversight-list">
              {signals.map((signal) => (
                <li key={signal.id} class="card">
                  <h2>{words.kinds[signal.kind]}</h2>
                  <SignalFacts signal={signal} onRecord={setRecord} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {record !== null && <RecordDialog number={record} onClose={() => setRecord(null)} />}
    </Page>
  )
}
