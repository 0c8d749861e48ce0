import { useQuery } from '@tanstack/react-query'
import { texts } from '../../../texts/cases.ts'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { LookoutList } from '../lookout-list.tsx'
import { lookoutsQuery } from '../steps.ts'
import type { PartProps } from './page.tsx'

/** Lookouts that came of the case. */
export function Lookouts({ one }: PartProps) {
  const query = useQuery(lookoutsQuery)
  return (
    <section class="cases-part">
      <h2>{texts.lookouts.heading}</h2>
      <Loaded query={query}>
        {(all) => {
          const lookouts = all.filter((lookout) => lookout.case === one.id)
          if (lookouts.length === 0) return <Empty text={texts.lookouts.ofCase} />
          return <LookoutList lookouts={lookouts} />
        }}
      </Loaded>
    </section>
  )
}
