import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import type { Case } from './pages.ts'

/** My open cases, newest first. */
export const useOpenCases = () =>
  useQuery({
    queryKey: ['cases', 'open'],
    queryFn: async () => {
      const found: Case[] = []
      let cursor: string | undefined
      do {
        const query = { state: 'open' as const, limit: 500, ...(cursor && { cursor }) }
        const page = await answer(api.GET('/v1/cases', { params: { query } }))
        found.push(...page.cases)
        cursor = page.next ?? undefined
      } while (cursor)
      return found
    },
  })

/** Whether a case names a plate: what its searches and review tools may be about (QRY-6). */
export const namesPlate = ({ subjects }: Case, plate: string): boolean =>
  subjects.some(({ about }) => 'plate' in about && about.plate === plate)
