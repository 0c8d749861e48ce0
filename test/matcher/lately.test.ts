import { keepLately } from '@sightline/matcher/lately'
import { createDisplayIndex } from '@sightline/matching'
import { readParser } from '@sightline/schemas/read'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aMessage } from '../support/messages.ts'
import { aRead } from '../support/reads.ts'

const start = Date.parse('2026-11-24T03:00:00.000Z')

/** Reads of one stream, and the displays that each was found to match when it was judged once more. */
function rig() {
  const found: string[] = []
  const lately = keepLately(createDisplayIndex(), (message, index, counts) => {
    const read = readParser.parseJson(message.data)
    for (const match of index.match(read, start, message)) {
      if (counts(match)) found.push(`${message.seq} ${match.id} ${match.plate}`)
    }
  })
  const judged = (sequence: number, storedAt: number, plate = '7ABC123') =>
    lately.judged([aMessage(JSON.stringify(aRead({ plate })), { storedAt, sequence })])
  return { lately, judged, found }
}
const display = (plate: string, state: 'active' | 'closed' = 'active') =>
  aDisplay({ plate, state, createdAt: '2026-11-24T03:00:00.000Z' })

test('a read stored after a display that was heard of later is found; one stored before it is not (DSP-1)', () => {
  const { lately, judged, found } = rig()
  judged(1, start - 1000)
  judged(2, start + 5)
  lately.changed(display('7ABC123'), start)
  lately.judgeAgain()
  expect(found).toEqual(['2 d1 7ABC123'])
})

test.each([
  ['the same again', display('7ABC123'), ['1 d1 7ABC123']],
  ['another plate', display('OTHER1'), ['1 d1 7ABC123', '2 d1 OTHER1']],
  ['closed', display('7ABC123', 'closed'), ['1 d1 7ABC123']],
])(
  'a display that changed once more before it was judged by: %s; a read between both steps is not lost (DSP-5)',
  (_what, second, expected) => {
    const { lately, judged, found } = rig()
    judged(1, start + 5)
    judged(2, start + 60_005, 'OTHER1')
    lately.changed(display('7ABC123'), start)
    lately.changed(second, start + 60_000)
    lately.judgeAgain()
    expect(found).toEqual(expected)
  },
)
