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
import { type CameraStatus, pointsOf } from './points.ts'
import { StateTag } from './state-tag.tsx'
import { useCameras } from './use-cameras.ts'

const words = texts.cameras

const COLUMNS: readonly Column<CameraStatus>[] = [
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
const keyOf = ({ camera }: CameraStatus): string => camera

/** The agency's own cameras on a map, with their health, updated live. */
export default function Cameras() {
  const query = useCameras()
  return (
    <Page title={words.title} lead={words.lead} filled>
      <AdministrationTabs current="cameras" />
      <Loaded query={query}>
        {(cameras) =>
          cameras.length === 0 ? (
            <Empty icon="camera" text={words.none}>
              {may('edge.invite') && <Link href="/administration/agents">{words.invite}</Link>}
            </Empty>
          ) : (
            <CameraMap cameras={cameras} />
          )
        }
      </Loaded>
    </Page>
  )
}

function CameraMap({ cameras }: { cameras: readonly CameraStatus[] }) {
  const [selected, setSelected] = useState<string | null>(null)
  const points = useMemo(() => pointsOf(cameras), [cameras])
  const chosen = cameras.find(({ camera }) => camera === selected)
  const well = cameras.filter(({ state }) => state === 'ok').length
  return (
    <>
      <p role="status">{words.well(well, cameras.length)}</p>
      <div class="administration-cameras">
        <div class="administration-map">
          <MapView label={words.map} points={points} selected={selected} onSelect={setSelected} hasTable />
        </div>
        <div class="administration-table">
          <DataTable
            label={words.table}
            columns={COLUMNS}
            rows={cameras}
            rowKey={keyOf}
            selected={selected}
            onSelect={({ camera }) => setSelected(camera)}
          />
        </div>
        {chosen ? (
          <CameraDetail status={chosen} />
        ) : (
          <section class="card administration-detail" aria-label={words.title}>
            <p class="administration-muted">{words.choose}</p>
          </section>
        )}
      </div>
    </>
  )
}
