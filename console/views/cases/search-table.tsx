import type { ComponentChildren } from 'preact'
import { me } from '../../shell/session.ts'
import { texts } from '../../texts/cases.ts'
import { When } from '../../ui/when.tsx'
import { searchText } from './about-text.ts'
import type { PlaceSearch } from './types.ts'

interface Props {
  /** With what the table shows beside each. */
  searches: readonly { search: PlaceSearch; of?: string; state: ComponentChildren }[]
  last: string
}

/** Searches without a plate (QRY-6). */
export function SearchTable({ searches, last }: Props) {
  const words = texts.searches
  const { what, window, why, asked } = words.columns
  const hasCase = searches.some(({ of }) => of !== undefined)
  return (
    <div class="cases-scroll">
      <table class="cases-table">
        <caption class="visually-hidden">{words.caption}</caption>
        <thead>
          <tr>
            {[what, window, why, asked, ...(hasCase ? [words.columns.case] : []), last].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {searches.map(({ search, of, state }) => (
            <tr key={search.id}>
              <td>{searchText(search)}</td>
              <td>
                <When at={search.from} />
                <br />
                <When at={search.to} />
              </td>
              <td>{search.reason}</td>
              <td>
                <When at={search.askedAt} as="day" />{' '}
                {texts.saved.by(texts.who(search.askedBy, search.askedBy === me.value))}
              </td>
              {hasCase && <td>{of}</td>}
              <td>{state}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
