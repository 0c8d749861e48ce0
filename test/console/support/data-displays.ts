import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import type { Display, NewDisplay } from '@sightline/schemas/display'
import { DISPLAYS } from '@sightline/schemas/streams'
import { aDisplay } from '../../support/displays.ts'
import { raiseAlert } from './data-alerts.ts'
import type { CastId, Console } from './open-console.ts'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

export interface DisplayData {
  /** Of Dana Reyes: ends within a week, within a month, and later. */
  soon: Display
  month: Display
  pattern: Display
  rental: Display
  /** Of Sam Okafor: reviewed and kept, reviewed and rejected. */
  cash: Display
  rejected: Display
}

/** Sends JSON as somebody of the cast. @throws when it is refused */
export async function sent<T>(
  { session }: Pick<Console, 'session'>,
  person: CastId,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<T> {
  const { call } = await session(person)
  const answer = await call(path, body, { headers: { 'idempotency-key': crypto.randomUUID(), ...headers } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

const WHY = 'Named by the guard who saw it leave the lot at night.'

/** Displays of both analysts that are due, fresh, reviewed, rejected, closed and expired. */
export async function fillDisplays(console: Pick<Console, 'rig' | 'session'>): Promise<DisplayData> {
  const openCase = (person: CastId, caseRef: string, title: string, plates: string[]) =>
    sent(console, person, '/v1/cases', {
      ...{ kind: 'event', caseRef, title, authority: '19 U.S.C. 1595a' },
      purpose: 'Where the vehicles are that took part in it, until they are stopped',
      subjects: plates.map((plate) => ({ about: { plate }, reason: WHY })),
    })
  await openCase('dana-reyes', 'CASE-2041', 'Trailers stolen at the port', ['8BXR247', '7KLM903', '6VGN518'])
  await openCase('sam-okafor', 'CASE-1996', 'Bulk cash across the border', ['HTR4471', '9DEK112'])
  const store = (person: CastId, more: Partial<NewDisplay>) =>
    sent<Display>(console, person, '/v1/displays', {
      ...{ region: 'us-ca', confirmNotice: DISPLAY_NOTICE.version, ...more },
    })
  const dana = (more: Partial<NewDisplay>) => store('dana-reyes', { caseRef: 'CASE-2041', ...more })
  const sam = (more: Partial<NewDisplay>) => store('sam-okafor', { caseRef: 'CASE-1996', ...more })
  const soon = await dana({
    ...{ plate: '8BXR247', priority: 'high', expiresAt: inDays(5.2) },
    reason: 'Box trailer stolen at the port on 19 November',
  })
  const month = await dana({
    ...{ plate: '7KLM903', expiresAt: inDays(24.5) },
    reason: 'Pickup seen beside the uninspected boat at Harbor Island',
    only: { colors: ['silver'], area: { lat: 32.7157, lon: -117.1611, radiusM: 25_000 } },
  })
  const pattern = await dana({
    ...{ plate: '6VG?5*', priority: 'low', portsOfEntry: ['2504', '2506'], minProbability: 0.6 },
    reason: 'Witness saw the beginning of the plate at the fence',
    only: {
      times: { timeZone: 'America/Los_Angeles', days: ['fri', 'sat'], from: '22:00', to: '05:00' },
      ownerTypes: ['agency', 'toll-operator'],
    },
  })
  const rental = await dana({
    plate: '6VGN518',
    reason: 'Rented by the courier named in the seizure of 3 November',
  })
  const cash = await sam({
    ...{ plate: 'HTR4471', priority: 'high', expiresAt: inDays(52), region: 'us-tx' },
    reason: 'Carried bulk cash across the border twice in October',
  })
  const rejected = await sam({
    plate: '9DE?1*',
    reason: 'A second car of the same people, by its first letters',
  })
  const closed = await sam({
    plate: '9DEK112',
    reason: 'A second car of the same people, before it was sold',
  })
  await sent(console, 'sam-okafor', `/v1/displays/${closed.id}/close`, {})
  const review = async (id: string, verdict: string, reason: string) => {
    const { call } = await console.session('iris-wong')
    const etag = (await call(`/v1/displays/${id}`)).headers.get('etag')!
    await sent(console, 'iris-wong', `/v1/displays/${id}/review`, { verdict, reason }, { 'if-match': etag })
  }
  await review(cash.id, 'relevant', 'The matter goes on; two stops in October.')
  await review(rejected.id, 'rejected', 'So wide a pattern alerts on people who have nothing to do with it.')
  await storeExpired(console)
  return { soon, month, pattern, rental, cash, rejected }
}

/** Alerts of Dana Reyes' displays to try new ones on: six, four of them of one plate. */
export async function raiseSome(
  { rig: { admin } }: Pick<Console, 'rig'>,
  { soon, month, rental }: DisplayData,
): Promise<void> {
  const hasPicture = false
  for (const minutesAgo of [300, 190, 64, 12]) {
    await raiseAlert(admin, { display: 'trailer', camera: 'i5', minutesAgo, hasPicture }, soon)
  }
  await raiseAlert(admin, { display: 'rental', camera: 'marina', minutesAgo: 90, hasPicture }, rental)
  await raiseAlert(admin, { display: 'boat', minutesAgo: 41, hasPicture }, month)
}

/** One that was not validated in time: no api makes such a one. */
async function storeExpired({ rig }: Pick<Console, 'rig'>): Promise<void> {
  const bucket = await new Kvm(jetstream(rig.admin)).open(DISPLAYS)
  const created = inDays(-368)
  const expired = aDisplay({
    ...{ id: 'd-expired', plate: '4PQR667', region: 'us-az', owner: 'dana-reyes', caseRef: 'CASE-1877' },
    ...{ createdAt: created, noticeConfirmedAt: created, validatedAt: created, expiresAt: inDays(-3) },
    reason: 'Rented by the courier named in the seizure of last year',
  })
  await bucket.put(expired.id, JSON.stringify(expired))
}
