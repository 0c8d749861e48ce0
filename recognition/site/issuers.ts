import type { Region } from '@sightline/schemas/plate'

/**
 * The issuers that this recognizer or the next one knows: inhabitants in millions, which represent their vehicles, and
 * neighbors across a border that vehicles cross. Of two neighbors, the one first in the alphabet lists the other.
 * Sources: the censuses of 2020 and 2021, and the map; no photographs.
 */
const TABLE = `
  ae 10, al 2.8 gr me mk rs, ar 45 br py uy, at 8.9 ch cz de hu it si sk, au-act 0.45 au-nsw,
  au-nsw 8.2 au-qld au-sa au-vic, au-nt 0.25 au-qld au-sa au-wa, au-qld 5.2 au-sa, au-sa 1.8 au-vic au-wa, au-tas 0.55,
  au-vic 6.6, au-wa 2.7, ba 3.3 hr me rs, be 11.6 de fr lu nl, bg 6.9 gr mk ro rs tr, br 212 py uy, by 9.3 lt lv pl ua,
  ca-ab 4.3 ca-bc ca-nt ca-sk us-mt, ca-bc 5 ca-nt ca-yt us-ak us-id us-mt us-wa,
  ca-mb 1.3 ca-nu ca-on ca-sk us-mn us-nd, ca-nb 0.8 ca-ns ca-pe ca-qc us-me, ca-nl 0.5 ca-qc, ca-ns 1,
  ca-nt 0.04 ca-nu ca-sk ca-yt, ca-nu 0.04, ca-on 14.2 ca-qc us-mi us-mn us-ny, ca-pe 0.15,
  ca-qc 8.5 us-me us-nh us-ny us-vt, ca-sk 1.1 us-mt us-nd, ca-yt 0.04 us-ak, ch 8.7 de fr it, cz 10.5 de pl sk,
  de 83 dk fr lu nl pl, dk 5.8 se, ee 1.3 lv, es 47 fr pt, fi 5.5 no se, fr 67 gb it lu, gb 67 ie, gr 10.7 mk tr,
  hr 3.9 hu me rs si, hu 9.7 ro rs si sk ua, ie 5, il 9.2, in 1400, is 0.4, it 59 si, lt 2.8 lv pl, lu 0.6, lv 1.9,
  md 2.6 ro ua, me 0.6 rs, mk 2.1 rs, mx-agu 1.4 mx-jal mx-zac, mx-bcn 3.8 mx-bcs mx-son us-az us-ca, mx-bcs 0.8,
  mx-cam 0.9 mx-roo mx-tab mx-yuc, mx-chh 3.7 mx-coa mx-dur mx-sin mx-son us-nm us-tx, mx-chp 5.5 mx-oax mx-tab mx-ver,
  mx-cmx 9.2 mx-mex mx-mor, mx-coa 3.1 mx-dur mx-nle mx-slp mx-zac us-tx, mx-col 0.7 mx-jal mx-mic,
  mx-dur 1.8 mx-nay mx-sin mx-zac, mx-gro 3.5 mx-mex mx-mic mx-mor mx-oax mx-pue,
  mx-gua 6.2 mx-jal mx-mic mx-que mx-slp mx-zac, mx-hid 3.1 mx-mex mx-pue mx-que mx-slp mx-tla mx-ver,
  mx-jal 8.3 mx-mic mx-nay mx-slp mx-zac, mx-mex 17 mx-mic mx-mor mx-pue mx-que mx-tla, mx-mic 4.7 mx-que,
  mx-mor 2 mx-pue, mx-nay 1.2 mx-sin mx-zac, mx-nle 5.8 mx-slp mx-tam mx-zac us-tx, mx-oax 4.1 mx-pue mx-ver,
  mx-pue 6.6 mx-tla mx-ver, mx-que 2.4 mx-slp, mx-roo 1.9 mx-yuc, mx-sin 3 mx-son, mx-slp 2.8 mx-tam mx-ver mx-zac,
  mx-son 2.9 us-az us-nm, mx-tab 2.4 mx-ver, mx-tam 3.5 mx-ver us-tx, mx-tla 1.3, mx-ver 8.1, mx-yuc 2.3, mx-zac 1.6,
  my 33, nl 17.4, no 5.4 se, nz 5, pl 38 sk ua, pt 10.3, py 6.7, ro 19.3 rs ua, rs 6.9, se 10.4, si 2.1, sk 5.5 ua,
  tr 84, ua 41, us-ak 0.7, us-al 5 us-fl us-ga us-ms us-tn, us-ar 3 us-la us-mo us-ms us-ok us-tn us-tx, us-as 0.05,
  us-az 7.2 us-ca us-nm us-nv us-ut, us-ca 39.5 us-nv us-or, us-co 5.8 us-ks us-ne us-nm us-ok us-ut us-wy,
  us-ct 3.6 us-ma us-ny us-ri, us-dc 0.7 us-md us-va, us-de 1 us-md us-nj us-pa, us-fl 21.5 us-ga,
  us-ga 10.7 us-nc us-sc us-tn, us-gu 0.15, us-hi 1.5, us-ia 3.2 us-il us-mn us-mo us-ne us-sd us-wi,
  us-id 1.8 us-mt us-nv us-or us-ut us-wa us-wy, us-il 12.8 us-in us-ky us-mo us-wi, us-in 6.8 us-ky us-mi us-oh,
  us-ks 2.9 us-mo us-ne us-ok, us-ky 4.5 us-mo us-oh us-tn us-va us-wv, us-la 4.7 us-ms us-tx,
  us-ma 7 us-nh us-ny us-ri us-vt, us-md 6.2 us-pa us-va us-wv, us-me 1.4 us-nh, us-mi 10.1 us-oh us-wi,
  us-mn 5.7 us-nd us-sd us-wi, us-mo 6.2 us-ne us-ok us-tn, us-mp 0.05, us-ms 3 us-tn, us-mt 1.1 us-nd us-sd us-wy,
  us-nc 10.4 us-sc us-tn us-va, us-nd 0.8 us-sd, us-ne 2 us-sd us-wy, us-nh 1.4 us-vt, us-nj 9.3 us-ny us-pa,
  us-nm 2.1 us-ok us-tx, us-nv 3.1 us-or us-ut, us-ny 20.2 us-pa us-vt, us-oh 11.8 us-pa us-wv, us-ok 4 us-tx,
  us-or 4.2 us-wa, us-pa 13 us-wv, us-pr 3.3, us-ri 1.1, us-sc 5.1, us-sd 0.9 us-wy, us-tn 6.9 us-va, us-tx 29.1,
  us-ut 3.3 us-wy, us-va 8.6 us-wv, us-vi 0.09, us-vt 0.6, us-wa 7.7, us-wi 5.9, us-wv 1.8, us-wy 0.6, uy 3.4, za 59
`

export interface Issuer {
  /** Inhabitants, millions. */
  readonly size: number
  readonly neighbors: readonly Region[]
}

export const ISSUERS: ReadonlyMap<Region, Issuer> = parse(TABLE)

function parse(table: string): Map<Region, Issuer> {
  const issuers = new Map<Region, Issuer & { neighbors: Region[] }>()
  const rows = table.split(',').map((row) => row.trim().split(' '))
  for (const [code, size] of rows) issuers.set(code!, { size: Number(size), neighbors: [] })
  for (const [code, , ...later] of rows) {
    for (const other of later) {
      issuers.get(code!)!.neighbors.push(other)
      issuers.get(other)!.neighbors.push(code!)
    }
  }
  return issuers
}

/** `us-ca` → `us`. */
export const countryOf = (issuer: Region): string => issuer.slice(0, 2)
