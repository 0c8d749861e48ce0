import { useState } from 'preact/hooks'
import type { Schema } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { useFiles } from '../requests/use-files.ts'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { CertifyDialog } from './certify-dialog.tsx'
import { TrainingDialog } from './training-dialog.tsx'
import { validityOf } from './validity.ts'

const words = texts.certification

/** Training and certification, soonest end first (ACC-3, ACC-4). */
export default function Certification() {
  const query = useFiles('end')
  const [open, setOpen] = useState<{ kind: 'certify' | 'train'; person: string } | null>(null)
  const close = () => setOpen(null)
  return (
    <Page title={words.title} lead={words.lead}>
      <AdministrationTabs current="certification" />
      <Loaded query={query}>
        {(files) =>
          files.length === 0 ? (
            <Empty icon="person" text={words.none} />
          ) : (
            <SimpleTable label={words.title} heads={words.heads}>
              {[...files].sort(byEnd).map(({ person, requests, training, certification }) => (
                <tr key={person}>
                  <td>
                    <Person id={person} named />
                  </td>
                  <td>{requests.find(({ state }) => state === 'granted')?.sources.join(', ') ?? words.no}</td>
                  <td>
                    <Until at={training?.validUntil} />
                  </td>
                  <td>
                    <Until at={certification?.validUntil} />
                  </td>
                  <td>
                    {person !== me.value && may('access.certify') && (
                      <Button
                        aria-label={`${words.certify}: ${nameOf(person)}`}
                        onClick={() => setOpen({ kind: 'certify', person })}
                      >
                        {words.certify}
                      </Button>
                    )}
                    {person !== me.value && may('training.record') && (
                      <Button
                        aria-label={`${words.train}: ${nameOf(person)}`}
                        onClick={() => setOpen({ kind: 'train', person })}
                      >
                        {words.train}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </SimpleTable>
          )
        }
      </Loaded>
      <More query={query} />
      {open?.kind === 'certify' && <CertifyDialog person={open.person} onClose={close} />}
      {open?.kind === 'train' && <TrainingDialog person={open.person} onClose={close} />}
    </Page>
  )
}

const byEnd = (a: Schema<'AccessFile'>, b: Schema<'AccessFile'>): number =>
  (a.certification?.validUntil ?? '') < (b.certification?.validUntil ?? '') ? -1 : 1

function Until({ at }: { at: string | undefined }) {
  const validity = validityOf(at, Date.now())
  return (
    <>
      <When at={at} as="day" /> {validity === 'lapsed' && <Tag kind="bad">{words.lapsed}</Tag>}
      {validity === 'soon' && <Tag kind="warn">{words.soon}</Tag>}
    </>
  )
}
