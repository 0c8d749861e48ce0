import { useMemo, useState } from 'preact/hooks'
import { MapView } from '../../../map/map.tsx'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { CameraDetail } from './detail.tsx'
import { pointsOf, type Reader } from './points.ts'
import { StateTag } from './state-tag.tsx'
import { useReaders } from './use-readers.ts'

const words = texts.cameras

const COLUMNS: readonly Column<Reader>[] = [
  { key: 'camera', head: words.heads.camera, width: 'minmax(7rem, 1fr)', cell: ({ camera }) => camera },
  { key: 'state', head: words.heads.state, width: '6.5rem', cell: ({ state }) => <StateTag state={state} /> },
  {
    key: 'seen',
    head: words.heads.seen,
    width: '11.5rem',
    cell: ({ lastSeenAt }) => <When at={lastSeenAt} as="time" />,
  },
  {
    key: 'agent',
    head: words.heads.agent,
    width: 'minmax(6rem, 1fr)',
    cell: ({ agent }) => agent ?? words.noAgent,
  },
]
const keyOf = ({ camera }: Reader): string => camera

/** The agency's own readers on a map, and how they are, followed while one looks. */
export default function Cameras() {
  const query = useReaders()
  return (
    <Page title={words.title} lead={words.lead} filled>
      <AdministrationTabs current="cameras" />
      <Loaded query={query}>
        {(readers) =>
          readers.length === 0 ? (
            <Empty icon="camera" text={words.none}>
              {may('edge.invite') && <Link href="/administration/agents">{words.invite}</Link>}
            </Empty>
          ) : (
            <Readers readers={readers} />
          )
        }
      </Loaded>
    </Page>
  )
}

function Readers({ readers }: { readers: readonly Reader[] }) {
  const [selected, setSelected] = useState<string | null>(null)
  const points = useMemo(() => pointsOf(readers), [readers])
  const chosen = readers.find(({ camera }) => camera === selected)
  const well = readers.filter(({ state }) => state === 'ok').length
  return (
    <>
      <p role="status">{words.well(well, readers.length)}</p>
      <div class="administration-cameras">
        <div class="administration-map">
          <MapView label={words.map} points={points} selected={selected} onSelect={setSelected} hasTable />
        </div>
        <div class="administration-table">
          <DataTable
            label={words.table}
            columns={COLUMNS}
            rows={readers}
            rowKey={keyOf}
            selected={selected}
            onSelect={({ camera }) => setSelected(camera)}
          />
        </div>
        {chosen ? (
          <CameraDetail reader={chosen} />
        ) : (
          <section class="card administration-detail" aria-label={words.title}>
            <p class="administration-muted">{words.choose}</p>
          </section>
        )}
      </div>
    </>
  )
}
