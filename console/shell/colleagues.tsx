import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client.ts'
import { may, me } from './session.ts'

/**
 * Ids to propose where a colleague is named: of a supervisor their own people, of an analyst those who own displays. The
 * api has no list of accounts for them; an id that is not proposed may be typed.
 */
export function Colleagues({ id }: { id: string }) {
  const known = useQuery({
    queryKey: ['shell', 'colleagues'],
    queryFn: async () => {
      const people = may('access.list') ? await answer(api.GET('/v1/access')) : { files: [] }
      const { displays } = await answer(api.GET('/v1/displays', { params: { query: { limit: 500 } } }))
      const ids = [...people.files.map(({ person }) => person), ...displays.map(({ owner }) => owner)]
      return [...new Set(ids)].filter((one) => one !== me.value).sort()
    },
    enabled: may('display.list'),
    staleTime: 300_000,
  })
  return (
    <datalist id={id}>
      {(known.data ?? []).map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  )
}
