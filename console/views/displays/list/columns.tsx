import { nameOf } from '../../../shell/directory.ts'
import { Link } from '../../../shell/navigate.ts'
import type { Column } from '../../../ui/data-table.tsx'
import { Person } from '../../../ui/person.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Priority } from '../../../ui/tag.tsx'
import { Ends, StatusTag, VerdictTag } from '../display-tags.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

const words = texts.columns
const RANK = { low: 0, normal: 1, high: 2 }
const by = (text: (display: Display) => string) => (a: Display, b: Display) => text(a).localeCompare(text(b))

/** Columns of lists of displays where there is room. */
export const COLUMNS: readonly Column<Display>[] = [
  {
    key: 'plate',
    head: words.plate,
    width: 'minmax(9.5rem, 1.2fr)',
    sort: by(({ plate }) => plate ?? ''),
    cell: ({ id, plate, region }) => (
      <Link href={`/displays/${id}`} class="displays-link">
        <PlateText plate={plate} region={region} />
      </Link>
    ),
  },
  {
    key: 'status',
    head: words.status,
    width: '5.5rem',
    cell: (display) => <StatusTag display={display} />,
  },
  {
    key: 'priority',
    head: words.priority,
    width: '5.5rem',
    sort: (a, b) => RANK[b.priority] - RANK[a.priority],
    cell: ({ priority }) => <Priority priority={priority} />,
  },
  {
    key: 'case',
    head: words.case,
    width: 'minmax(7rem, 1fr)',
    sort: by(({ caseRef }) => caseRef),
    cell: ({ caseRef, reason }) => <span title={reason}>{caseRef}</span>,
  },
  {
    key: 'owner',
    head: words.owner,
    width: 'minmax(6.5rem, 0.9fr)',
    sort: by(({ owner }) => nameOf(owner)),
    cell: ({ owner }) => <Person id={owner} />,
  },
  {
    key: 'ends',
    head: words.ends,
    width: '13rem',
    sort: by(({ expiresAt }) => expiresAt),
    cell: (display) => <Ends display={display} />,
  },
  {
    key: 'review',
    head: words.review,
    width: '10rem',
    cell: (display) => <VerdictTag display={display} />,
  },
]

/** The same two by two, on a tablet: nothing is cut. */
export const NARROW: readonly Column<Display>[] = [
  {
    key: 'plate',
    head: words.plate,
    width: 'minmax(9.5rem, 1fr)',
    sort: by(({ plate }) => plate ?? ''),
    cell: (display) => (
      <span class="displays-lines">
        {COLUMNS[0]!.cell(display)}
        <Priority priority={display.priority} />
      </span>
    ),
  },
  {
    key: 'case',
    head: words.case,
    width: 'minmax(9rem, 1fr)',
    sort: by(({ caseRef }) => caseRef),
    cell: ({ caseRef, owner }) => (
      <span class="displays-lines">
        <span>{caseRef}</span>
        <span class="displays-note">
          <Person id={owner} />
        </span>
      </span>
    ),
  },
  {
    key: 'status',
    head: words.status,
    width: '6rem',
    cell: (display) => (
      <span class="displays-lines">
        <StatusTag display={display} />
        <VerdictTag display={display} />
      </span>
    ),
  },
  {
    key: 'ends',
    head: words.ends,
    width: '7rem',
    sort: by(({ expiresAt }) => expiresAt),
    cell: (display) => <Ends display={display} />,
  },
]
