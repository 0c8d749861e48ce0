import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBearer, makeToken, SHORTEST_TOKEN, tokenIn } from '@sightline/runtime/token-file'
import { SightlineError } from '@sightline/schemas/errors'

/** The agency that has the token of the file `vendor-token`. */
export const OWN_CUSTOMER = 'agency'

/** The agencies that may search, each with a token of its own. */
export interface Customers {
  /** Token of `agency`, the one that is always there. */
  readonly ownToken: string
  /** Whose token an `Authorization` header carries, or undefined; a token that was added or removed counts at once. */
  whoIs(authorization: string | undefined): Promise<string | undefined>
}

/** @param given the token of `agency`; else that of the file `vendor-token`. @throws CONFIG_INVALID */
export async function openCustomers(dataDir: string, given?: string): Promise<Customers> {
  const ownToken = await vendorToken(dataDir, given)
  return {
    ownToken,
    whoIs: async (authorization) => {
      let found: string | undefined
      // All are compared, so that the time tells nothing about whose it was.
      for (const [name, token] of [[OWN_CUSTOMER, ownToken] as const, ...(await otherTokens(dataDir))]) {
        if (isBearer(authorization, token)) found = name
      }
      return found
    },
  }
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const folderOf = (dataDir: string) => join(dataDir, 'customers')

async function otherTokens(dataDir: string): Promise<(readonly [name: string, token: string])[]> {
  const folder = folderOf(dataDir)
  // A token that is just being made has another name.
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name))
  const tokens = await Promise.all(
    names.map(
      async (name) => [name, (await readFile(join(folder, name), 'utf8').catch(() => '')).trim()] as const,
    ),
  )
  return tokens.filter(([, token]) => token.length >= SHORTEST_TOKEN)
}

/**
 * Makes a token for another agency: a file of its own in the data folder, readable by its owner alone. Deleting it
 * ends the access.
 * @returns path of the file
 * @throws CONFIG_INVALID for a name that cannot be one, CONFLICT when the agency has a token
 */
export async function addCustomer(dataDir: string, name: string): Promise<string> {
  if (!NAME.test(name) || name === OWN_CUSTOMER) {
    throw new SightlineError('CONFIG_INVALID', 'that cannot be the name of another agency', {
      hint: `Small letters, digits and hyphens; ${OWN_CUSTOMER} is the one that has vendor-token.`,
    })
  }
  const path = join(folderOf(dataDir), name)
  if (!(await makeToken(path))) {
    throw new SightlineError('CONFLICT', `${name} has a token already`, {
      hint: `It is in ${path}; delete it to end the access.`,
    })
  }
  return path
}

/**
 * The token of `agency`: the one given, else that of the file `vendor-token` in the data folder, which is made at the
 * first start and readable by its owner alone.
 * @throws CONFIG_INVALID when it is too short to be a secret
 */
export async function vendorToken(dataDir: string, given?: string): Promise<string> {
  const path = join(dataDir, 'vendor-token')
  const token = given ?? (await tokenIn(path))
  if (token.length >= SHORTEST_TOKEN) return token
  throw new SightlineError(
    'CONFIG_INVALID',
    `the vendor's token is shorter than ${SHORTEST_TOKEN} characters`,
    {
      hint: given
        ? 'Set SIGHTLINE_VENDOR_TOKEN to a longer one.'
        : `Delete ${path}; the next start makes a new one.`,
    },
  )
}
