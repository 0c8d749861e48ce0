import { me } from '../../shell/session.ts'
import { texts } from '../../texts/cases.ts'
import { When } from '../../ui/when.tsx'
import type { Dissemination } from './types.ts'

/** What was passed outside (AUD-7). */
export function PassedTable({ passed }: { passed: readonly Dissemination[] }) {
  const words = texts.passed
  return (
    <div class="cases-scroll">
      <table class="cases-table">
        <caption class="visually-hidden">{words.caption}</caption>
        <thead>
          <tr>
            {Object.values(words.columns).map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {passed.map((one) => (
            <tr key={one.id}>
              <td>
                <When at={one.at} />
                <br />
                <span class="cases-note">{texts.saved.by(texts.who(one.by, one.by === me.value))}</span>
              </td>
              <td>
                {one.recipient.name}, {one.recipient.organisation}
              </td>
              <td>
                {one.authority}
                {one.reason && (
                  <>
                    <br />
                    <span class="cases-note">{one.reason}</span>
                  </>
                )}
              </td>
              <td title={words.digest(one.digest)}>{whatText(one)}</td>
              <td>{one.caseRef}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function whatText({ passed: { reads, product, lookout, alert } }: Dissemination): string {
  const words = texts.passed
  return [
    reads?.length && words.reads(reads.length),
    product && words.product(product.version),
    lookout && words.lookout,
    alert && words.alert,
  ]
    .filter(Boolean)
    .join(', ')
}
