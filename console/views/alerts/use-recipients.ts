import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { may } from '../../shell/session.ts'

/** Recipients with whom verified sightings may be shared. */
export const useRecipients = () =>
  useQuery({
    queryKey: ['alerts', 'recipients'],
    queryFn: async () => (await answer(api.GET('/v1/recipients'))).recipients,
    enabled: may('alert.work'),
    staleTime: 300_000,
  })
