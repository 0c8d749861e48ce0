import type { Case } from '@sightline/schemas/case'
import type { FederatedSearchAnswer } from '@sightline/schemas/federated-search'
import type { Lookout } from '@sightline/schemas/lookout'
import type { Product } from '@sightline/schemas/product'
import { vi } from 'vitest'
import { sent } from './data-displays.ts'
import { fillSearch, SUBJECT } from './data-search.ts'
import type { CastId, Console } from './open-console.ts'

export interface CaseData {
  /** Of Dana Reyes with Sam Okafor, with all that a case holds. */
  workspace: Case
  /** Of Dana Reyes alone. */
  event: Case
  product: Product
  lookout: Lookout
  /** Ids of reads that were saved into the workspace. */
  saved: string[]
}

const REASON = 'It shows the trailer behind the pickup an hour after the theft.'

/** A workspace of two with subjects, saved reads, a product under review, a lookout, and what was passed outside. */
export async function fillCases(console: Console): Promise<CaseData> {
  const { one: event, address } = await fillSearch(console)
  const as =
    (person: CastId) =>
    <T>(path: string, body: object, headers?: Record<string, string>) =>
      sent<T>(console, person, path, body, headers)
  const [dana, sam] = [as('dana-reyes'), as('sam-okafor')]
  const now = { 'if-match': '*' }
  const workspace = await dana<Case>('/v1/cases', {
    ...{ kind: 'workspace', caseRef: 'CASE-2026-31', title: 'Trailers taken from port lots' },
    ...{ authority: '19 U.S.C. 1595a', members: ['sam-okafor'] },
    purpose: 'Who takes trailers from the lots at San Ysidro, and where they end',
    subjects: [
      { about: { plate: SUBJECT }, reason: 'Left the lot with the trailer in the night of the theft.' },
      {
        about: { place: { address, radiusM: 500 } },
        reason: 'The lot from which three trailers were taken.',
      },
      { about: { vehicle: { make: 'Ford', model: 'F-150', color: 'white' } }, reason: WITNESS },
    ],
  })
  const path = `/v1/cases/${workspace.id}`
  const led = workspace.subjects[0]!.id
  const lead = {
    about: { plate: '7LMX904' },
    reason: 'Travels along with the first on six days.',
    ledFrom: led,
  }
  await dana(`${path}/subjects`, lead, now)
  const answer = await dana<FederatedSearchAnswer & { query: string }>('/v1/search', {
    ...{ plate: SUBJECT, caseRef: workspace.caseRef, limit: 100 },
    purpose: 'Where the car was since the theft, to find the trailer.',
  })
  const reads = answer.reads.slice(0, 6).map(({ read }) => read)
  for (const read of reads) {
    await dana(`${path}/saved`, { query: answer.query, read: read.id, reason: REASON })
  }
  // Nobody is looked out for whose picture was not looked at.
  const { call } = await console.session('dana-reyes')
  // The vendor may be slow on a busy machine.
  await vi.waitFor(async () => {
    const { status } = await call(`${path}/saved/${reads[1]!.id}/picture`)
    if (status !== 200) throw new Error(`the picture: ${status}`)
  }, 30_000)
  const lookout = await dana<Lookout>('/v1/lookouts', {
    ...{ case: workspace.id, read: reads[1]!.id, plateSeen: SUBJECT },
    reason: 'Stop and look into the trailer at the next crossing.',
  })
  const product = await dana<Product>(`${path}/products`, {
    title: 'Three thefts, one pattern',
    text: 'Three trailers were taken from lots at San Ysidro in November.\n\n- Each time in the night before a Friday.\n- Each time the same car left within the hour.\n\nThe lots are not watched between two and four.',
    sources: reads.slice(0, 3).map(({ id }) => id),
  })
  const step = (by: typeof dana, name: string, reason: string) =>
    by(`/v1/products/${product.id}/${name}`, { reason }, now)
  await step(dana, 'submit', 'Ready to be read by the others of the group.')
  await dana(`${path}/disseminations`, {
    ...{ recipient: { name: 'Officer R. Lane', organization: 'Port of San Ysidro' }, reason: REASON },
    authority: 'Routine use G of the system of records',
    passed: { lookout: lookout.id, reads: [reads[0]!.id] },
  })
  await sam(
    `${path}/place-searches`,
    {
      ...{ area: { address, radiusM: 500 }, vehicle: { make: 'Ford', color: 'white' } },
      ...{ from: '2026-11-18T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' },
      reason: 'Which white Fords were at the lot in the night of the theft.',
    },
    now,
  )
  return { workspace, event, product, lookout, saved: reads.map(({ id }) => id) }
}

const WITNESS = 'A witness saw a white pickup of this kind pull the third trailer.'
