import type { Answer } from '../../../api/client.ts'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'

const words = texts.settings

/** Whether the vendors answer, as seen by the api process that answers this request, since its start. */
export function Vendors({ vendors, process }: Pick<Answer<'/v1/settings'>, 'vendors' | 'process'>) {
  if (vendors.length === 0) return <p>{words.noVendors}</p>
  return (
    <>
      <p>
        {words.foundBy(process.name)} <When at={process.startedAt} />.
      </p>
      <SimpleTable label={words.vendors} heads={words.vendorHeads}>
        {vendors.map(({ vendor, deadlineMs, leftAlone, last }) => (
          <tr key={vendor}>
            <td>{vendor}</td>
            <td>
              {last ? (
                <Tag kind={last.state === 'complete' ? 'good' : 'warn'}>{last.state}</Tag>
              ) : (
                words.never
              )}
              {leftAlone && ` ${words.leftAlone}`}
            </td>
            <td>
              <When at={last?.at} />
            </td>
            <td>
              <When at={last?.refreshedAt} />
            </td>
            <td>{words.seconds(deadlineMs)}</td>
          </tr>
        ))}
      </SimpleTable>
    </>
  )
}
