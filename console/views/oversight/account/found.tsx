import { useState } from 'preact/hooks'
import { saveFile } from '../../../api/file.ts'
import { forPeople, toProblem } from '../../../api/problem.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import type { HeldAccount } from '../types.ts'
import type { Request } from './request.ts'

const words = texts.account
const KINDS = ['cases', 'saved', 'products', 'displays', 'alertWork', 'lookouts', 'disseminations'] as const

/** How many records of each kind were found, and where. The file contains them all, for those who decide on release. */
export function Found({ account, request }: { account: HeldAccount; request: Request }) {
  const [busy, setBusy] = useState<string | null>(null)
  const take = (format: 'json' | 'pdf') => {
    setBusy(format)
    saveFile(`/v1/oversight/accounts?format=${format}`, request, `account.${format}`)
      .then(() => toast(words.exported))
      .catch((error) => toast(toProblem(error).detail, 'failed'))
      .finally(() => setBusy(null))
  }
  const isNothing = KINDS.every((kind) => account[kind].length === 0)
  return (
    <section class="card" role="status" aria-label={words.found}>
      <div class="oversight-row">
        <h2>{isNothing ? words.nothing : words.found}</h2>
        {(['pdf', 'json'] as const).map((format) => (
          <Button key={format} icon="export" busy={busy === format} onClick={() => take(format)}>
            {words[format]}
          </Button>
        ))}
      </div>
      <SimpleTable label={words.found} heads={words.heads}>
        {KINDS.map((kind) => (
          <tr key={kind}>
            <td>{words.kinds[kind]}</td>
            <td class="tabular">{account[kind].length}</td>
            <td class="tabular">{account.searched[kind] ?? '–'}</td>
            <td>{[...new Set(account[kind].flatMap(({ because }) => because))].join(', ') || '–'}</td>
          </tr>
        ))}
      </SimpleTable>
      <Facts>
        <Fact name={words.ref}>{`${words.laws[request.law]}, ${request.requestRef}`}</Fact>
        <Fact name={words.compiled}>
          <When at={account.compiledAt} />
        </Fact>
        <Fact name={words.notSearched}>{account.notSearched.map(forPeople).join(' ') || '–'}</Fact>
      </Facts>
      <p class="oversight-muted">{words.kept}</p>
    </section>
  )
}
