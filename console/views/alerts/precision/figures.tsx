import type { Answer } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { compareByText } from '../../../ui/column.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { useMedia } from '../../../ui/use-media.ts'
import { percentText } from '../percent.ts'
import { texts } from '../texts.ts'

type Figure = Answer<'/v1/alerts/precision'>['figures'][number]

/** Below this number of verdicts, a figure says little. */
const FEW = 20

interface Props {
  by: 'display' | 'camera'
  rows: readonly Figure[]
  /** Of all figures, not only those shown. */
  overall: Answer<'/v1/alerts/precision'>['overall']
}

export function Figures({ by, rows, overall: { verified, misread } }: Props) {
  const words = texts.precision
  const isNarrow = useMedia('(max-width: 900px)')
  const verdicts = verified + misread
  return (
    <>
      {verdicts > 0 && <p>{words.overall(percentText(verified / verdicts), verdicts)}</p>}
      <div class="precision-table">
        <DataTable
          label={words.tabs[by]}
          columns={columns(by, isNarrow)}
          rows={rows}
          rowKey={({ id }) => id}
          rowHeight={52}
        />
      </div>
    </>
  )
}

function columns(by: 'display' | 'camera', isNarrow: boolean): Column<Figure>[] {
  const words = texts.precision
  return [
    {
      key: 'id',
      head: words.id[by],
      width: isNarrow ? 'minmax(9.5rem, 1fr)' : 'minmax(11rem, 1.2fr)',
      cell: by === 'display' ? DisplayName : CameraName,
      sort: compareByText(({ id, display, address }) => display?.caseRef ?? address ?? id),
    },
    { key: 'verified', head: words.verified, width: '6rem', ...counted(({ verified }) => verified) },
    { key: 'misread', head: words.misread, width: '6rem', ...counted(({ misread }) => misread) },
    // In narrow windows, less important columns are left out.
    ...(isNarrow
      ? []
      : [
          {
            key: 'unreadable',
            head: words.unreadable,
            width: '8rem',
            ...counted(({ unreadable }) => unreadable),
          },
        ]),
    {
      key: 'precision',
      head: words.precision,
      width: '6rem',
      end: true,
      cell: ({ precision }) => (precision === null ? words.noFigure : percentText(precision)),
      sort: (a, b) => (a.precision ?? 2) - (b.precision ?? 2),
    },
    {
      key: 'interval',
      head: words.interval,
      width: isNarrow ? '8.5rem' : 'minmax(14rem, 2fr)',
      cell: Interval,
    },
  ]
}

const counted = (of: (row: Figure) => number) => ({
  end: true,
  cell: of,
  sort: (a: Figure, b: Figure) => of(a) - of(b),
})

/** The display's plate, matter and owner; its id for users who may not see displays. */
function DisplayName({ id, display }: Figure) {
  const href = `/displays/${id}`
  if (!display) return <Link href={href}>{id}</Link>
  const { plate, region, caseRef, reason, owner } = display
  return (
    <span class="precision-name">
      <Link href={href}>
        <PlateText plate={plate} region={region} />
      </Link>
      <span class="precision-about" title={reason}>
        {caseRef} · <Person id={owner} named />
      </span>
    </span>
  )
}

/** The camera's place and id; only the id if it is mobile, or of a source that is not granted. */
function CameraName({ id, address }: Figure) {
  if (address === null) return <>{id}</>
  return (
    <span class="precision-name">
      <span class="precision-place" title={address}>
        {address}
      </span>
      <span class="precision-about">{id}</span>
    </span>
  )
}

/** The interval as a bar and in words; a long bar means an uncertain figure. */
function Interval({ precision, low, high, verified, misread }: Figure) {
  const words = texts.precision
  if (precision === null || low === null || high === null) return ''
  return (
    <span class="precision-interval">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2="100" y1="6" y2="6" class="precision-scale" />
        <rect
          x={low * 100}
          width={Math.max(1, (high - low) * 100)}
          y="3"
          height="6"
          class="precision-range"
        />
        <rect x={precision * 99} width="1.5" y="0" height="12" class="precision-point" />
      </svg>
      {words.range(percentText(low), percentText(high))}
      {verified + misread < FEW && <span class="precision-few">{words.few}</span>}
    </span>
  )
}
