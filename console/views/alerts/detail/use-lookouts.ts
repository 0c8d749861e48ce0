import { useQuery } from '@tanstack/react-query'
import { may } from '../../../shell/session.ts'
import { lookoutsQuery } from '../../cases/steps.ts'
import type { Lookout } from '../../cases/types.ts'
import type { Entry } from '../feed/entry.ts'

/** The lookouts that an alert became (AUD-9); only a verified one becomes any. */
export function useLookouts({ alert, work }: Entry): Lookout[] {
  const all = useQuery({ ...lookoutsQuery, enabled: may('lookout.view') && work?.state === 'verified' })
  return (all.data ?? []).filter(({ provenance }) => 'alert' in provenance && provenance.alert === alert.id)
}
