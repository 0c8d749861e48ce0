import type { Answer } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { texts } from '../../../texts/alerts.ts'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { percentText } from '../percent.ts'

type Figure = Answer<'/v1/alerts/precision'>['figures'][number]

/** Verdicts below which a figure says little. */
const FEW = 20

export function Figures({ by, rows }: { by: 'display' | 'camera'; rows: readonly Figure[] }) {
  const words = texts.precision
  const verified = sum(rows, ({ verified }) => verified)
  const verdicts = verified + sum(rows, ({ misread }) => misread)
  return (
    <>
      {verdicts > 0 && <p>{words.overall(percentText(verified / verdicts), verdicts)}</p>}
      <div class="precision-table">
        <DataTable
          label={words.tabs[by]}
          columns={columns(by)}
          rows={rows}
          rowKey={({ id }) => id}
          rowHeight={40}
        />
      </div>
    </>
  )
}

const sum = (rows: readonly Figure[], of: (row: Figure) => number) =>
  rows.reduce((total, row) => total + of(row), 0)

function columns(by: 'display' | 'camera'): Column<Figure>[] {
  const words = texts.precision
  return [
    {
      key: 'id',
      head: words.id[by],
      width: 'minmax(10rem, 1.2fr)',
      cell: ({ id }) => (by === 'display' ? <Link href={`/displays/${id}`}>{id}</Link> : id),
    },
    { key: 'verified', head: words.verified, width: '5.5rem', end: true, cell: ({ verified }) => verified },
    { key: 'misread', head: words.misread, width: '5.5rem', end: true, cell: ({ misread }) => misread },
    {
      key: 'unreadable',
      head: words.unreadable,
      width: '7rem',
      end: true,
      cell: ({ unreadable }) => unreadable,
    },
    {
      key: 'precision',
      head: words.precision,
      width: '6rem',
      end: true,
      cell: ({ precision }) => (precision === null ? words.noFigure : percentText(precision)),
    },
    { key: 'interval', head: words.interval, width: 'minmax(14rem, 2fr)', cell: Interval },
  ]
}

/** The interval as a bar with words beside it: long bars say that it is not known well. */
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
