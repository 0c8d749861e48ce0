import Type from 'typebox'
import { FINGERPRINT } from './trust.ts'

export const HttpUrl = Type.String({ pattern: '^https?://.+' })

/** How a camera in the network is signed in to, and whom to take for it. */
export const ACCESS = {
  user: Type.Optional(Type.String({ pattern: '^[^:\\u0000-\\u001f\\u007f]+$', maxLength: 128 })),
  /** Any characters. It is shown nowhere. */
  password: Type.Optional(Type.String({ pattern: '^[^\\u0000]+$', maxLength: 256 })),
  /** A file with the password as its only line, instead of `password`; read each time that the camera is opened. */
  passwordFile: Type.Optional(Type.String({ minLength: 1 })),
  /** A file of certificates in PEM: one of these authorities must have signed the camera's. */
  caFile: Type.Optional(Type.String({ minLength: 1 })),
  /** SHA-256 of the camera's own certificate, in hex digits: this one counts, and no other. */
  fingerprint: Type.Optional(Type.String({ pattern: FINGERPRINT })),
}
