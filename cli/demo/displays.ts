import type { Case, NewCase } from '@sightline/schemas/case'
import type { Display, NewDisplay } from '@sightline/schemas/display'
import { signOn } from '../sign-on.ts'

/** Two of the api's made-up people: the owner of the displays, and a colleague. */
const [OWNER, COLLEAGUE] = ['sam-okafor', 'dana-reyes'] as const
const CASE_REF = 'DEMO-1'
const SEEN_WITH = 'Made up: it was seen at the lot during the nights of the thefts.'

/**
 * Adds watchlist entries as a made-up person does in the console: signs in, accepts the permissible uses, and opens a
 * case with a colleague that names the plates. Whoever tries the console as one of the two finds what the alerts are
 * about. Entries of an earlier run stay.
 * @throws any refusal of the api, with its own code
 */
export async function displayPlates(api: string, token: string, plates: readonly string[]): Promise<void> {
  const call = await signOn(api, token, OWNER)
  const { version } = (await call('/v1/displays/notice')) as { version: string }
  const { displays } = (await call('/v1/displays?state=active&limit=500')) as { displays: Display[] }
  const { cases } = (await call('/v1/cases?state=open&limit=500')) as { cases: Case[] }
  const isOurs = (one: Case) => one.caseRef === CASE_REF && plates.every((plate) => names(one, plate))
  if (!cases.some(isOurs)) await call('/v1/cases', demoCase(plates))
  for (const plate of plates) {
    if (displays.some((one) => one.plate === plate && one.owner === OWNER)) continue
    const display: NewDisplay = {
      plate,
      caseRef: CASE_REF,
      priority: plate === plates[0] ? 'high' : 'normal',
      reason: SEEN_WITH,
      confirmNotice: version,
    }
    await call('/v1/displays', display)
  }
  await call('/v1/sign-off', { everywhere: false })
}

const names = ({ subjects }: Case, plate: string) =>
  subjects.some(({ about }) => 'plate' in about && about.plate === plate)

const demoCase = (plates: readonly string[]): NewCase => ({
  kind: 'project',
  caseRef: CASE_REF,
  title: 'Trailers taken from the port (made up)',
  authority: 'Made up: 19 U.S.C. 1595a',
  members: [COLLEAGUE],
  purpose: 'Find out who takes trailers from the lots at the port, and where they are taken',
  subjects: plates.map((plate) => ({ about: { plate }, reason: SEEN_WITH })),
})
