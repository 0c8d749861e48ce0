import { generateSecret, generateURI, verifySync } from 'otplib'

/** Seconds by which a phone's clock may be off. */
const TOLERANCE = 30

/** A new secret of 160 bits, Base32. */
export const newTotpSecret = (): string => generateSecret()

/** What an authenticator app scans. */
export const totpUri = (secret: string, person: string): string =>
  generateURI({ issuer: 'Sightline', label: person, secret })

/**
 * Checks a code of six digits (RFC 6238).
 * @param lastStep step of the last code used, or -1: neither it nor an earlier one is accepted again
 * @param now milliseconds
 * @returns the step of the code, or null when it is wrong or was used
 */
export function totpStep(secret: string, code: string, lastStep: number, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const epoch = Math.floor(now / 1000)
  const result = verifySync({ secret, token: code, epoch, epochTolerance: TOLERANCE })
  if (!result.valid || !('timeStep' in result)) return null
  return result.timeStep > lastStep ? result.timeStep : null
}
