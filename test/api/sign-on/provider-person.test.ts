import { personOf } from '@sightline/api/sign-on/routes/provider'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { expect, test } from 'vitest'
import { memoryRecords } from '../shared/memory-records.ts'

const jane = newPerson(
  { id: 'jane', name: 'Jane Doe', email: 'jane@agency.example', singleSignOn: 'subject' },
  'admin',
  0,
)

test('whom the provider names is read as stored, though a list from memory may be of a moment ago', async () => {
  const people = memoryRecords<typeof jane>()
  const { revision } = await people.put('jane', jane, 0)
  const before = await people.all()
  const behind = { ...people, all: async () => before }
  expect(await personOf(behind, 'subject')).toEqual(jane)
  expect(await personOf(behind, 'other')).toBeUndefined()
  const suspended = { ...jane, state: 'suspended' as const }
  const stored = await people.put('jane', suspended, revision)
  expect((await personOf(behind, 'subject'))?.state).toBe('suspended')
  await people.put('jane', { ...suspended, singleSignOn: 'another' }, stored.revision)
  expect(await personOf(behind, 'subject')).toBeUndefined()
})
