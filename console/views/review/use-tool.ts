import { useQuery } from '@tanstack/react-query'
import { answer, api, type Body } from '../../api/client.ts'
import type { paths } from '../../api/types.d.ts'

export const TOOLS = ['timeline', 'places', 'companions', 'address-link', 'impossible-travel'] as const
export type Tool = (typeof TOOLS)[number]

type Path<T extends Tool> = `/v1/review/${T}`
export type Found<T extends Tool> = paths[Path<T>]['post']['responses'][200]['content']['application/json']

/** The question for every tool: a plate that the case names, the matter, and the window. */
export type Asked = Body<'/v1/review/timeline'>

/**
 * Runs one of the tools, once per question: returning to it shows the result in memory, and the api answers a repeat from its
 * cache (QRY-7). Nothing is requested while `body` is null.
 */
export const useTool = <T extends Tool>(tool: T, body: Body<Path<T>> | null) =>
  useQuery({
    queryKey: ['review', tool, body],
    queryFn: async ({ signal }) => {
      const path = `/v1/review/${tool}` as '/v1/review/timeline'
      return (await answer(api.POST(path, { body: body as Asked, signal }))) as unknown as Found<T>
    },
    enabled: body !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
