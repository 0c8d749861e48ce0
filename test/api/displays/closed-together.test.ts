import { type MatterDeps, sweepMatters } from '@sightline/api/displays/matters'
import { newPerson } from '@sightline/api/sign-on/set-up'
import type { Display } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import { expect, it } from 'vitest'
import { aDisplay } from '../../support/displays.ts'

it('displays that are closed together are one e-mail to their owner; a few are told one by one (DSP-5)', async () => {
  const now = Date.UTC(2026, 10, 24)
  const person = (id: string) => ({
    ...newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', now),
  })
  const expiresAt = '2027-06-01T00:00:00.000Z'
  const of = (owner: string, count: number) =>
    Array.from({ length: count }, (_, n) =>
      aDisplay({ id: `${owner}-${n}`, owner, expiresAt, plate: '7ABC123', caseRef: 'Theft of 7ABC 123' }),
    )
  const displays = new Map([...of('anna', 3000), ...of('bert', 3)].map((one) => [one.id, one]))
  const mails: Mail[] = []
  const deps = {
    people: {
      all: async () => ['anna', 'bert'].map((id) => ({ value: person(id), revision: 1 })),
      find: async (id: string) => ({ value: person(id), revision: 1 }),
    },
    cases: { select: () => [], census: async () => ({ found: [], malformed: new Map() }) },
    displays: {
      all: () => [...displays.values()],
      get: async (id: string) => ({ display: displays.get(id)!, revision: 1 }),
      update: async (display: Display) => void displays.set(display.id, display),
    },
    audit: { record: async () => {} },
    mailbox: { post: async (mail: Mail) => void mails.push(mail) },
  } as unknown as MatterDeps
  await sweepMatters(deps, () => now)
  await sweepMatters(deps, () => now)
  expect([...displays.values()].filter(({ state }) => state !== 'closed')).toEqual([])
  expect(mails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
    'anna@agency.example: 3000 watchlist entries of yours were closed',
    ...Array(3).fill('bert@agency.example: Your watchlist entry was closed'),
  ])
  // A plate must not leave the system, even where a case is named after it.
  expect(mails.filter(({ text }) => !text.includes('(Theft of •••••••)') || /7ABC/.test(text))).toEqual([])
})
