import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { texts } from '../../../texts/cases.ts'
import { Button } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { HandOverDialog } from '../case/hand-over-dialog.tsx'
import { CaseTabs, leftQuery } from './tabs.tsx'
import '../cases.css'

/** Cases whose owners left: their supervisor hands them over, and sees nothing else of them (ACC-8). */
export default function Left() {
  const words = texts.left
  const query = useQuery(leftQuery)
  const [open, setOpen] = useState<string | null>(null)
  const { ref, kind, owner, actions } = texts.columns
  return (
    <Page title={texts.tabs.left} lead={words.lead}>
      <CaseTabs current="/cases/left" />
      <Loaded query={query}>
        {(cases) =>
          cases.length === 0 ? (
            <Empty icon="check" text={words.empty} />
          ) : (
            <div class="cases-scroll">
              <table class="cases-table">
                <caption class="visually-hidden">{words.caption}</caption>
                <thead>
                  <tr>
                    {[ref, kind, owner, actions].map((head) => (
                      <th key={head} scope="col">
                        {head}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {cases.map((one) => (
                    <tr key={one.id}>
                      <td>{one.caseRef}</td>
                      <td>{texts.kinds[one.kind]}</td>
                      <td>{one.owner}</td>
                      <td>
                        <Button onClick={() => setOpen(one.id)}>{texts.overview.handOver}</Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {open && <HandOverDialog id={open} onClose={() => setOpen(null)} />}
    </Page>
  )
}
