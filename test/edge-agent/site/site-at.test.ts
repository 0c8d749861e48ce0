import { siteAt } from '@sightline/edge-agent/site/site-at'
import { isSite } from '@sightline/recognition/site/mix'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test.each([
  ['San Ysidro, 1 km north of the border', 32.552, -117.045, 'us-ca'],
  ['Tijuana', 32.5, -117.0, 'mx'],
  ['a pier in San Diego', 32.7496, -117.2585, 'us-ca'],
  ['El Paso', 31.76, -106.48, 'us-tx'],
  ['Las Cruces', 32.31, -106.78, 'us-nm'],
  ['Las Vegas', 36.17, -115.14, 'us-nv'],
  ['Yuma', 32.69, -114.62, 'us-az'],
  ['Washington, the Mall', 38.889, -77.035, 'us-dc'],
  ['Manhattan', 40.78, -73.97, 'us-ny'],
  ['Jersey City', 40.72, -74.06, 'us-nj'],
  ['Kansas City, Missouri', 39.1, -94.57, 'us-mo'],
  ['Honolulu', 21.31, -157.86, 'us-hi'],
  ['Anchorage', 61.22, -149.9, 'us-ak'],
  ['San Juan', 18.4, -66.06, 'us-pr'],
  ['Toronto', 43.65, -79.38, 'ca'],
  ['Berlin', 52.52, 13.4, 'de'],
  ['Rotterdam harbor', 51.95, 4.1, 'nl'],
  ['São Paulo', -23.55, -46.63, 'br'],
  ['Tokyo', 35.68, 139.69, null],
  ['the Pacific', 30, -140, null],
  ['the north pole', 90, 0, null],
])('%s', (_, lat, lon, site) => {
  expect(siteAt({ lat, lon })).toBe(site)
})

test('every position gives a site that has a mix, or none', () => {
  const lat = fc.double({ min: -90, max: 90, noNaN: true })
  const lon = fc.double({ min: -180, max: 180, noNaN: true })
  fc.assert(
    fc.property(lat, lon, (lat, lon) => {
      const site = siteAt({ lat, lon })
      expect(site === null || isSite(site)).toBe(true)
    }),
  )
})
