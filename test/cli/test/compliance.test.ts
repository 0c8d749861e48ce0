import { complianceOf } from '@sightline/cli/test/compliance'
import { REQUIREMENTS } from '@sightline/schemas/requirements'
import { describe, expect, it } from 'vitest'

const every = REQUIREMENTS.map(({ id }) => ({
  fullName: `keeps (${id})`,
  status: 'passed',
  file: 'a.test.ts',
}))

describe('complianceOf', () => {
  it('calls a requirement proven when a test cites it', () => {
    const { unproven, markdown } = complianceOf(every)
    expect(unproven).toEqual([])
    expect(markdown).toContain(`${REQUIREMENTS.length} of ${REQUIREMENTS.length} are`)
    expect(markdown).toContain('keeps (AUD-9) (`a.test.ts`)')
  })

  it('calls it unproven without a test, with only a skipped one, or when one of its tests fails', () => {
    const others = every.filter(({ fullName }) => !/QRY-4|QRY-5|QRY-6/.test(fullName))
    const tests = [
      ...others,
      { fullName: 'x (QRY-5)', status: 'skipped', file: 'b.test.ts' },
      { fullName: 'y (QRY-6)', status: 'passed', file: 'b.test.ts' },
      { fullName: 'z (QRY-6)', status: 'failed', file: 'b.test.ts' },
    ]
    expect(complianceOf(tests).unproven).toEqual(['QRY-4', 'QRY-5', 'QRY-6'])
  })

  it('does not take one id for a longer one', () => {
    const renamed = every.map((test) => ({ ...test, fullName: test.fullName.replace('QRY-1)', 'QRY-10)') }))
    expect(complianceOf(renamed).unproven).toEqual(['QRY-1'])
  })
})
