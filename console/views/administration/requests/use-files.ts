import { useQuery } from '@tanstack/react-query'
import { answer, api, type Schema } from '../../../api/client.ts'

export const FILES_KEY = ['administration', 'access'] as const

/** Requests, training and certification of the people whom the user may see. */
export const useFiles = () =>
  useQuery({
    queryKey: FILES_KEY,
    queryFn: async () => (await answer(api.GET('/v1/access'))).files as Schema<'AccessFile'>[],
  })
