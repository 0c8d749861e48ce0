import { inviteAgent, MAX_WRONG_TRIES, revokeAgent, tryCode } from '@sightline/api/edge-agents/enrollment'
import { type EdgeAgent, edgeAgentParser } from '@sightline/schemas/edge-agent'
import { codeOf, parseCode } from '@sightline/schemas/enrollment-code'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const NOW = Date.parse('2026-11-24T03:00:00.000Z')
const key = (letter: string) => `U${letter.repeat(55)}`
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe('a code', () => {
  it('is read however it is typed', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.boolean(), { minLength: 19, maxLength: 19 }), (random, lower) => {
        const code = codeOf(random)
        const typed = [...code.text]
          .map((letter, n) => (lower[n] ? letter.toLowerCase() : letter))
          .map((letter, n) => (letter === '0' && lower[n] ? 'o' : letter === '1' && lower[n] ? 'l' : letter))
          .map((letter, n) => (letter === '-' && lower[n] ? ' ' : letter))
        expect(parseCode(typed.join(''))).toEqual(code)
      }),
    )
  })

  it('has 80 bits, each from a random byte', () => {
    const letters = new Set<string>()
    for (let value = 0; value < 256; value++) letters.add(codeOf(new Uint8Array(16).fill(value)).text[0]!)
    expect(letters.size).toBe(32)
    expect(codeOf(new Uint8Array(16)).text.replaceAll('-', '')).toHaveLength(16)
  })

  it.each([
    '',
    'ABCD',
    '7QK2-9FWM-X3T8-B6H',
    '7QK2-9FWM-X3T8-B6HDA',
    '7QK2-9FWM-X3T8-B6HU',
    '7QK2-9FWM-X3T8-B6H!',
  ])('is not %j', (typed) => expect(parseCode(typed)).toBeUndefined())
})

describe('an enrollment', () => {
  const code = codeOf(new Uint8Array(16).fill(7))
  const wanted = { name: 'harbour', cameras: ['lot-1'], validMs: 60_000, replace: false }
  const invite = (agents = new Map<string, EdgeAgent>(), more = {}, by = code) =>
    inviteAgent(agents, { ...wanted, ...more }, by, 'admin', NOW)

  it('gives access for exactly the time and cameras of its invitation, to the first key', () => {
    const agent = invite()
    expect(agent.access).toBeNull()
    expect(tryCode(agent, code, key('A'), NOW + 59_999)).toMatchObject({
      verdict: 'enrolled',
      agent: { access: { publicKey: key('A'), cameras: ['lot-1'] } },
    })
    expect(tryCode(agent, code, key('A'), NOW + 60_000)).toEqual({ verdict: 'expired', agent })
  })

  it('frees the cameras of an expired invitation, but not those of an open one', () => {
    const agents = new Map([['pier', invite(new Map(), { name: 'pier' })]])
    expect(() => invite(agents)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }))
    expect(inviteAgent(agents, wanted, code, 'admin', NOW + 60_000).name).toBe('harbour')
  })

  /** What anybody may do to an agent, in any order. */
  const step = fc.oneof(
    fc.constant({ do: 'invite' as const }),
    fc.constant({ do: 'revoke' as const }),
    fc.record({ do: fc.constant('wrong' as const), random: bytes }),
    fc.record({ do: fc.constant('right' as const), key: fc.constantFrom('A', 'B') }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
  )

  it('gives access only by an open code, loses it by a revocation, and is always a valid record', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = NOW
        let nonce = 1
        let current = codeOf(new Uint8Array(16))
        let agent: EdgeAgent = inviteAgent(new Map(), { ...wanted, replace: true }, current, 'admin', now)
        let open = { until: now + wanted.validMs, wrong: 0, usedBy: '' }
        let access = ''
        for (const action of steps) {
          if (action.do === 'wait') now += action.ms
          if (action.do === 'invite') {
            current = codeOf(new Uint8Array(16).fill(nonce++ % 32))
            agent = inviteAgent(
              new Map([[agent.name, agent]]),
              { ...wanted, replace: true },
              current,
              'admin',
              now,
            )
            open = { until: now + wanted.validMs, wrong: 0, usedBy: '' }
          }
          if (action.do === 'revoke') {
            agent = revokeAgent(agent, now)
            access = ''
            open.until = 0
          }
          if (action.do === 'wrong') {
            const other = codeOf(action.random)
            if (other.text === current.text) continue
            const result = tryCode(agent, other, key('C'), now)
            expect(result.verdict).toBe('wrong')
            agent = result.agent
            if (!open.usedBy) open.wrong++
          }
          if (action.do === 'right') {
            const mine = key(action.key)
            const mayEnroll = !open.usedBy && open.wrong < MAX_WRONG_TRIES && now < open.until
            const result = tryCode(agent, current, mine, now)
            expect(result.verdict === 'enrolled').toBe(mayEnroll)
            expect(result.verdict === 'repeated').toBe(open.usedBy === mine && access === mine)
            agent = result.agent
            if (mayEnroll) {
              access = mine
              open.usedBy = mine
            }
          }
          expect(agent.access?.publicKey ?? '').toBe(access)
          expect(edgeAgentParser.check(agent)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})
