import { checkNewPassword, hashPassword, passwordIsRight } from '@sightline/api/sign-on/password'
import { IDLE_MS, LONGEST_MS, newSession, sessionEnd, touchSession } from '@sightline/api/sign-on/sessions'
import { newPerson, setUpDone, withSetUp } from '@sightline/api/sign-on/set-up'
import { newTotpSecret, totpStep } from '@sightline/api/sign-on/totp'
import { countWrongTry, isLocked, LOCK_MS, MAX_WRONG, NO_TRIES } from '@sightline/api/sign-on/tries'
import fc from 'fast-check'
import { generateSync } from 'otplib'
import { describe, expect, it } from 'vitest'
import { PASSWORD } from './support.ts'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 24, 9)
const anna = newPerson({ id: 'anna-smith', name: 'Anna Smith', email: 'asmith@agency.example' }, 'ada', now)

describe('a password', () => {
  it.each(['five quiet herons', 'Zwölf Boxkämpfer jagen', '🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🐤'])(
    'may be %j',
    (password) => {
      expect(() => checkNewPassword(password, anna)).not.toThrow()
    },
  )
  it.each([
    'short words',
    'anna-smith2026',
    'AnnaSmithAnna1',
    'asmith.asmith.',
    'sightlinepassword',
    'ababababababab',
    'x'.repeat(129),
  ])('may not be %j', (password) => expect(() => checkNewPassword(password, anna)).toThrow(/ACC-7/))

  it('is hashed with Argon2id and a salt, and recognized in any Unicode form', async () => {
    const hash = await hashPassword('café au lait noir')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await hashPassword('café au lait noir')).not.toBe(hash)
    expect(await passwordIsRight('cafe\u0301 au lait noir', hash)).toBe(true)
    expect(await passwordIsRight('café au lait noi', hash)).toBe(false)
    expect(await passwordIsRight('café au lait noir', null)).toBe(false)
  })
})

describe('a code', () => {
  it('is right for its half minute and the neighboring one, once', () => {
    const property = fc.property(
      fc.integer({ min: now, max: now + 400 * DAY }),
      fc.integer({ min: -5, max: 5 }),
      (at, away) => {
        const secret = newTotpSecret()
        const code = generateSync({ secret, epoch: Math.floor(at / 1000) + away * 30 })
        const step = totpStep(secret, code, -1, at)
        expect(step !== null).toBe(Math.abs(away) <= 1)
        if (step === null) return
        expect(step).toBe(Math.floor(at / 30_000) + away)
        expect(totpStep(secret, code, step, at)).toBeNull()
      },
    )
    fc.assert(property, { numRuns: 60 })
  })
  it.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])('is not %j', (code) => {
    expect(totpStep(newTotpSecret(), code, -1, now)).toBeNull()
  })
})

describe('wrong sign-ons', () => {
  it('lock after five, each time for longer, up to a day', () => {
    let tries = NO_TRIES
    for (let wrong = 1; wrong <= 20; wrong++) {
      tries = countWrongTry(tries, now)
      const lock = wrong < MAX_WRONG ? 0 : Math.min(LOCK_MS * 2 ** (wrong - MAX_WRONG), DAY)
      expect([wrong, isLocked(tries, now + lock - 1), isLocked(tries, now + lock)]).toEqual([
        wrong,
        lock > 0,
        false,
      ])
    }
  })
})

describe('a session', () => {
  it('lasts exactly while it is used and not too old', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: IDLE_MS + 10_000 }), { maxLength: 60 })
    const property = fc.property(gaps, (waits) => {
      let session = newSession(anna, 'password', now)
      let [at, seen] = [now, now]
      for (const wait of waits) {
        at += wait
        const isOver = sessionEnd(session, anna, at) !== null
        // Its use is noted once a minute: it may end up to a minute early, and never late.
        if (at - now >= LONGEST_MS || at - seen >= IDLE_MS) expect(isOver).toBe(true)
        else if (at - seen < IDLE_MS - 60_000) expect(isOver).toBe(false)
        if (isOver) return
        session = touchSession(session, at) ?? session
        seen = at
      }
    })
    fc.assert(property)
  })
})

describe('a link to set up an account', () => {
  it('works once, for its own account, and changes neither password nor phone until then', async () => {
    const { person, token } = withSetUp({ ...anna, passwordHash: 'old' }, now)
    expect(person).toMatchObject({ passwordHash: 'old', totp: null })
    expect(JSON.stringify(person)).not.toContain(token)
    const code = generateSync({ secret: person.setUp!.totpSecret, epoch: now / 1000 })
    const given = { token, password: PASSWORD, code }
    const done = await setUpDone(person, given, now)
    expect(done).toMatchObject({ state: 'active', setUp: null, generation: 1 })
    await expect(setUpDone(done, given, now)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    await expect(setUpDone(undefined, given, now)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    const other = withSetUp(anna, now).person
    await expect(setUpDone(other, given, now)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    await expect(setUpDone(person, given, now + 3 * DAY)).rejects.toMatchObject({ code: 'CODE_EXPIRED' })
    const suspended = { ...person, state: 'suspended' as const }
    expect((await setUpDone(suspended, given, now)).state).toBe('suspended')
  })
})
