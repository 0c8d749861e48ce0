/** The ids that name what a write created or changed: from its address, and the new one. */
export interface Named {
  params: Readonly<Record<string, string>>
  /** Id of what was created; null where the address names it. */
  made: string | null
}

/** Where a repeated write shows what it created, in its current state. */
export interface View {
  url: string
  /** The part to show; without it all. With its own ETag, if the part has one. */
  part?: (body: Record<string, unknown>) => { body: unknown; etag?: string } | undefined
}

/** Where a write is shown; null: it is done, and there is nothing to show. */
export type Shows = (named: Named) => View | null

type Row = Record<string, unknown>
const row = (list: unknown, is: (one: Row) => boolean) => {
  const found = (list as Row[]).find(is)
  return found && { body: found }
}

const at =
  (address: string, param = 'id'): Shows =>
  ({ params, made }) => ({ url: `${address}/${encodeURIComponent(made ?? params[param] ?? '')}` })

/** By kind. Each is a separate route, with its own checks and record. */
export const shows = {
  nothing: () => null,
  display: at('/v1/displays'),
  case: at('/v1/cases'),
  product: at('/v1/products'),
  lookout: at('/v1/lookouts'),
  review: ({ params }) => ({ url: `/v1/oversight/reviews/${encodeURIComponent(params.quarter!)}` }),
  misuseSettings: () => ({ url: '/v1/oversight/misuse-settings' }),
  alertWork: ({ params }) => ({
    url: `/v1/alerts/${encodeURIComponent(params.sequence!)}`,
    part: ({ work }) => ({ body: work }),
  }),
  saved: ({ params, made }) => ({
    url: `/v1/cases/${encodeURIComponent(params.id!)}/saved`,
    part: ({ saved }) => {
      const found = row(saved, (one) => ((one.saved as Row).read as Row).id === (made ?? params.read))
      return found && { body: found.body.saved, etag: String(found.body.etag) }
    },
  }),
  dissemination: ({ made }) => ({
    url: '/v1/disseminations',
    part: ({ disseminations }) => row(disseminations, ({ id }) => id === made),
  }),
  person: ({ params }) => ({
    url: '/v1/people',
    part: ({ people }) => row(people, ({ id }) => id === params.id),
  }),
} satisfies Record<string, Shows>
