import Type from 'typebox'
import { FINGERPRINT } from './trust.ts'

export const HttpUrl = Type.String({ pattern: '^https?://.+' })

/** How to sign in to a network camera, and whom to trust as that camera. */
export const ACCESS = {
  user: Type.Optional(Type.String({ pattern: '^[^:\\u0000-\\u001f\\u007f]+$', maxLength: 128 })),
  /** Any characters. It is never displayed. */
  password: Type.Optional(Type.String({ pattern: '^[^\\u0000]+$', maxLength: 256 })),
  /** A file with the password as its only line, instead of `password`; read each time the camera is opened. */
  passwordFile: Type.Optional(Type.String({ minLength: 1 })),
  /** A PEM file of certificates: one of these authorities must have signed the camera's. */
  caFile: Type.Optional(Type.String({ minLength: 1 })),
  /** SHA-256 of the camera's own certificate, in hex digits: only this certificate is accepted. */
  fingerprint: Type.Optional(Type.String({ pattern: FINGERPRINT })),
}
