import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { Loaded } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { NameDialog } from '../search/name-dialog.tsx'
import { Nothing } from '../search/nothing.tsx'
import type { Case } from '../search/pages.ts'
import { namesPlate } from '../search/use-cases.ts'
import { Basis } from './basis.tsx'
import { liftOf, verdictOf } from './lift.ts'
import type { Subject } from './subject-page.tsx'
import { texts } from './texts.ts'
import { type Asked, type Found, useTool } from './use-tool.ts'

const words = texts.company

type Companion = Found<'companions'>['companions'][number]

/** Vehicles that travel along, compared with chance, with the evidence. */
export function Company({ asked, one, subject }: { asked: Asked; one: Case; subject: Subject }) {
  const tool = useTool('companions', asked)
  const [key, setKey] = useState<string | null>(null)
  const [naming, setNaming] = useState<string | null>(null)
  return (
    <Loaded query={tool}>
      {(found) => {
        const selected = found.companions.find((companion) => keyOf(companion) === key)
        return (
          <>
            <Basis found={found} onRetry={() => void tool.refetch()} />
            {found.companions.length === 0 ? (
              <Nothing reports={found.vendors} text={words.none} />
            ) : (
              <div class="review-panes review-panes-table">
                <DataTable
                  label={words.label}
                  rows={found.companions}
                  rowKey={keyOf}
                  columns={COLUMNS}
                  selected={key}
                  onSelect={(companion) => setKey(keyOf(companion))}
                />
                <section class="card review-evidence" aria-label={words.evidence}>
                  <h2>{words.evidence}</h2>
                  {selected ? (
                    <>
                      <PlateText plate={selected.plate} />
                      <p class="review-muted">{words.evidenceOf}</p>
                      <ul>
                        {selected.evidence.map(({ seenAt, camera }) => (
                          <li key={seenAt}>
                            <When at={seenAt} /> <span class="review-muted">{words.by(camera)}</span>
                          </li>
                        ))}
                      </ul>
                      {!namesPlate(one, selected.plate) && (
                        <Button icon="plus" onClick={() => setNaming(selected.plate)}>
                          {words.name}
                        </Button>
                      )}
                    </>
                  ) : (
                    <p class="review-muted">{words.choose}</p>
                  )}
                </section>
              </div>
            )}
            {naming !== null && (
              <NameDialog
                one={one}
                about={[{ plate: naming }]}
                ledFrom={subject.id}
                onClose={() => setNaming(null)}
              />
            )}
          </>
        )
      }}
    </Loaded>
  )
}

/** Each vendor counts by itself. */
const keyOf = ({ plate, vendor }: Companion): string => `${vendor} ${plate}`

const COLUMNS = [
  {
    key: 'plate',
    head: words.plate,
    width: '6.5rem',
    cell: ({ plate }: Companion) => <PlateText plate={plate} />,
  },
  {
    key: 'days',
    head: words.days,
    width: '4rem',
    end: true,
    sort: (a: Companion, b: Companion) => a.days - b.days,
    cell: ({ days }: Companion) => days,
  },
  {
    key: 'times',
    head: words.sightings,
    width: '3rem',
    end: true,
    cell: ({ sightings }: Companion) => sightings,
  },
  {
    key: 'expected',
    head: words.expected,
    width: '5rem',
    end: true,
    cell: ({ expectedDays }: Companion) => expectedDays.toFixed(1),
  },
  {
    key: 'lift',
    head: words.lift,
    width: '4.25rem',
    end: true,
    sort: (a: Companion, b: Companion) => liftOf(a) - liftOf(b),
    cell: (companion: Companion) => words.liftText(liftOf(companion)),
  },
  {
    key: 'chance',
    head: words.chance,
    width: '5.75rem',
    end: true,
    sort: (a: Companion, b: Companion) => a.chance - b.chance,
    cell: ({ chance }: Companion) => words.chanceText(chance),
  },
  {
    key: 'verdict',
    head: words.verdict,
    width: 'minmax(6.75rem, 1fr)',
    cell: ({ chance }: Companion) => {
      const verdict = verdictOf(chance)
      return <Tag kind={verdict === 'strong' ? 'warn' : 'plain'}>{words.verdicts[verdict]}</Tag>
    },
  },
]
