import type { Region } from '@sightline/schemas/plate'

/** Names of issuers as plates print them, without spaces. */
const NAMES: Record<string, Region> = {
  ALABAMA: 'us-al',
  ALASKA: 'us-ak',
  ARIZONA: 'us-az',
  ARKANSAS: 'us-ar',
  CALIFORNIA: 'us-ca',
  COLORADO: 'us-co',
  CONNECTICUT: 'us-ct',
  DELAWARE: 'us-de',
  FLORIDA: 'us-fl',
  MYFLORIDACOM: 'us-fl',
  GEORGIA: 'us-ga',
  HAWAII: 'us-hi',
  IDAHO: 'us-id',
  ILLINOIS: 'us-il',
  INDIANA: 'us-in',
  IOWA: 'us-ia',
  KANSAS: 'us-ks',
  KENTUCKY: 'us-ky',
  LOUISIANA: 'us-la',
  MAINE: 'us-me',
  MARYLAND: 'us-md',
  MASSACHUSETTS: 'us-ma',
  MICHIGAN: 'us-mi',
  MINNESOTA: 'us-mn',
  MISSISSIPPI: 'us-ms',
  MISSOURI: 'us-mo',
  MONTANA: 'us-mt',
  NEBRASKA: 'us-ne',
  NEVADA: 'us-nv',
  NEWHAMPSHIRE: 'us-nh',
  NEWJERSEY: 'us-nj',
  NEWMEXICO: 'us-nm',
  NEWYORK: 'us-ny',
  NORTHCAROLINA: 'us-nc',
  NORTHDAKOTA: 'us-nd',
  OHIO: 'us-oh',
  OKLAHOMA: 'us-ok',
  OREGON: 'us-or',
  PENNSYLVANIA: 'us-pa',
  RHODEISLAND: 'us-ri',
  SOUTHCAROLINA: 'us-sc',
  SOUTHDAKOTA: 'us-sd',
  TENNESSEE: 'us-tn',
  TEXAS: 'us-tx',
  UTAH: 'us-ut',
  VERMONT: 'us-vt',
  VIRGINIA: 'us-va',
  WASHINGTON: 'us-wa',
  WASHINGTONDC: 'us-dc',
  WESTVIRGINIA: 'us-wv',
  WISCONSIN: 'us-wi',
  WYOMING: 'us-wy',
  ALBERTA: 'ca-ab',
  BRITISHCOLUMBIA: 'ca-bc',
  MANITOBA: 'ca-mb',
  ONTARIO: 'ca-on',
  QUEBEC: 'ca-qc',
  SASKATCHEWAN: 'ca-sk',
  BRASIL: 'br',
}

/** From this length a name may have one misread letter. */
const TOLERANT_LENGTH = 6

/**
 * The issuer whose name a text is; longer names may have one misread letter.
 * @param text capitals, without spaces
 * @returns its region and the share of letters that agree, or null
 */
export function issuerNamed(text: string): { region: Region; agreement: number } | null {
  const exact = Object.hasOwn(NAMES, text) ? NAMES[text] : undefined
  if (exact) return { region: exact, agreement: 1 }
  for (const [name, region] of Object.entries(NAMES)) {
    if (name.length >= TOLERANT_LENGTH && oneEditApart(name, text)) {
      return { region, agreement: 1 - 1 / name.length }
    }
  }
  return null
}

/** Whether one substitution, insertion or deletion turns `a` into `b`. */
function oneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const [restA, restB] = [a.slice(start), b.slice(start)]
  return restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB
}
