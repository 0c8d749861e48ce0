import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { Page } from '../../../ui/page.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { placeOf } from '../feed/entry.ts'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'

/** They go when their test ends. */
const REFRESH_MS = 5000
const LATEST = 100

/** Alerts that load tests have raised; nobody works on them. */
export default function TestAlerts() {
  const words = texts.tests
  const alerts = useQuery({
    queryKey: ['alerts', 'tests'],
    queryFn: async () => {
      const query = { tests: true, limit: LATEST }
      return (await answer(api.GET('/v1/alerts', { params: { query } }))).alerts
    },
    refetchInterval: REFRESH_MS,
  })
  return (
    <Page
      title={words.title}
      lead={words.lead}
      filled
      actions={
        <Link href="/alerts" class="button">
          {words.back}
        </Link>
      }
    >
      <Loaded query={alerts}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty text={words.none} />
          ) : (
            <>
              <SimpleTable label={words.title} heads={words.heads}>
                {rows.map(({ sequence, alert }) => (
                  <tr key={sequence}>
                    <td>
                      <When at={alert.read.seenAt} as="time" />
                    </td>
                    <td>
                      <PlateText
                        plate={alert.read.plate}
                        chars={alert.read.chars}
                        region={alert.read.region}
                      />
                    </td>
                    <td>{percentText(alert.match.probability)}</td>
                    <td>{placeOf(alert)}</td>
                    <td>{alert.display.reason}</td>
                  </tr>
                ))}
              </SimpleTable>
              {rows.length === LATEST && <p>{words.latest(LATEST)}</p>}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}
