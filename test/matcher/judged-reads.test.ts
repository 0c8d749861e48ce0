import { keepJudgedReads } from '@sightline/matcher/judged-reads'
import { createDisplayIndex } from '@sightline/matching'
import { readParser } from '@sightline/schemas/read'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'
import { aMessage } from '../support/messages.ts'
import { aRead } from '../support/reads.ts'

const start = Date.parse('2026-11-24T03:00:00.000Z')

/** Reads of one stream, and the displays that each matched when it was judged again. */
function rig() {
  const found: string[] = []
  const reads = keepJudgedReads(createDisplayIndex(), (message, index, isCounted) => {
    const read = readParser.parseJson(message.data)
    for (const match of index.match(read, start, message)) {
      if (isCounted(match)) found.push(`${message.seq} ${match.id} ${match.plate}`)
    }
  })
  const add = (sequence: number, storedAt: number, plate = '7ABC123') =>
    reads.add([aMessage(JSON.stringify(aRead({ plate })), { storedAt, sequence })])
  return { reads, add, found }
}
const display = (plate: string, state: 'active' | 'closed' = 'active') =>
  aDisplay({ plate, state, createdAt: '2026-11-24T03:00:00.000Z' })

test('a read stored after a display, but judged before the matcher knew the display, is found; one stored before it is not (DSP-1)', () => {
  const { reads, add, found } = rig()
  add(1, start - 1000)
  add(2, start + 5)
  reads.setDisplay(display('7ABC123'), start)
  reads.judgeAgain()
  expect(found).toEqual(['2 d1 7ABC123'])
})

test.each([
  ['the same again', display('7ABC123'), ['1 d1 7ABC123']],
  ['another plate', display('OTHER1'), ['1 d1 7ABC123', '2 d1 OTHER1']],
  ['closed', display('7ABC123', 'closed'), ['1 d1 7ABC123']],
])(
  'a display changed once more before it was judged by (%s): a read between both steps is not lost (DSP-5)',
  (_what, second, expected) => {
    const { reads, add, found } = rig()
    add(1, start + 5)
    add(2, start + 60_005, 'OTHER1')
    reads.setDisplay(display('7ABC123'), start)
    reads.setDisplay(second, start + 60_000)
    reads.judgeAgain()
    expect(found).toEqual(expected)
  },
)
