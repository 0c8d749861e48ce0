import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { createParser } from '@sightline/schemas/message'
import * as client from 'openid-client'
import Type, { type Static } from 'typebox'

/** The agency's own OpenID Connect provider, as the configuration file names it. */
export const ProviderConfig = Type.Object(
  {
    issuer: Type.String({ pattern: '^https?://' }),
    clientId: Type.String({ minLength: 1 }),
    clientSecret: Type.String({ minLength: 1 }),
    acr: Type.Optional(
      Type.String({
        description: 'How the provider must authenticate the person, e.g. with a smart card; demanded of it',
      }),
    ),
  },
  { title: 'ProviderConfig', additionalProperties: false },
)
export type ProviderConfig = Static<typeof ProviderConfig>

export const providerConfigParser = createParser('provider configuration', ProviderConfig)

/** What a browser keeps while the person is at the provider. */
export const PendingSignOn = Type.Object(
  { state: Type.String(), nonce: Type.String(), verifier: Type.String() },
  { additionalProperties: false },
)
export type PendingSignOn = Static<typeof PendingSignOn>

export const pendingParser = createParser('pending sign-on', PendingSignOn)

export interface Provider {
  /** @param returnTo URL of this api to which the provider returns the browser */
  begin(returnTo: string): Promise<{ url: string; pending: PendingSignOn }>
  /** @returns the person's subject. @throws NOT_SIGNED_ON when the provider does not confirm a person */
  finish(current: URL, pending: PendingSignOn): Promise<string>
}

/**
 * Authorization code flow with PKCE, state and nonce. The provider's keys are fetched at the first sign-in, so that the
 * api starts while the provider is down.
 */
export function openProvider({ issuer, clientId, clientSecret, acr }: ProviderConfig): Provider {
  const at = new URL(issuer)
  if (at.protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(at.hostname)) {
    throw new SightlineError('CONFIG_INVALID', `the address of the provider ${issuer} is not encrypted`, {
      hint: 'Use its https:// address.',
    })
  }
  const options = at.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}
  let found: Promise<client.Configuration> | undefined
  const configuration = async () => {
    found ??= client.discovery(at, clientId, clientSecret, undefined, options)
    try {
      return await found
    } catch (cause) {
      found = undefined
      throw new SightlineError(
        'SIGN_ON_PROVIDER_FAILED',
        `the provider ${at.host} does not answer like an OpenID Connect provider`,
        {
          cause,
          hint: 'Try again later. An administrator of the host should check the configuration of the provider.',
        },
      )
    }
  }
  return {
    begin: async (returnTo) => {
      const verifier = client.randomPKCECodeVerifier()
      const pending = { state: client.randomState(), nonce: client.randomNonce(), verifier }
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: returnTo,
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
        ...(acr ? { acr_values: acr } : {}),
      })
      return { url: url.href, pending }
    },
    finish: async (current, { state, nonce, verifier }) => {
      const config = await configuration()
      const checks = {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }
      const tokens = await client.authorizationCodeGrant(config, current, checks).catch((cause) => {
        throw new SightlineError(
          'NOT_SIGNED_ON',
          `the provider did not sign you in: ${toSightlineError(cause).message}`,
          {
            cause,
            hint: 'Start again with GET /v1/sign-on/provider.',
          },
        )
      })
      const claims = tokens.claims()
      if (!claims || (acr && claims.acr !== acr)) {
        throw new SightlineError(
          'NOT_SIGNED_ON',
          'the provider did not authenticate you in the required way (ACC-7)',
          {
            hint: 'Sign in at the provider with your second factor, then start again.',
          },
        )
      }
      return claims.sub
    },
  }
}
