import { openApiDocument } from '@sightline/api/app'
import {
  type Agency,
  accessOf,
  agencyOf,
  agentOf,
  alertOf,
  caseOf,
  displayOf,
  disseminationOf,
  healthOf,
  lookoutOf,
  mailOf,
  people,
  productOf,
  reviewOf,
  savedOf,
  workOf,
} from '@sightline/bench/size/agency'
import { type Document, questionsOf } from '@sightline/bench/size/lists'
import { accessFileParser } from '@sightline/schemas/access-request'
import { alertParser } from '@sightline/schemas/alert'
import { alertWorkParser } from '@sightline/schemas/alert-work'
import { auditReviewParser } from '@sightline/schemas/audit-review'
import { cameraHealthParser } from '@sightline/schemas/camera-health'
import { caseParser } from '@sightline/schemas/case'
import { displayParser } from '@sightline/schemas/display'
import { disseminationParser } from '@sightline/schemas/dissemination'
import { edgeAgentParser } from '@sightline/schemas/edge-agent'
import { lookoutParser } from '@sightline/schemas/lookout'
import { mailParser } from '@sightline/schemas/mail'
import { personParser } from '@sightline/schemas/person'
import { productParser } from '@sightline/schemas/product'
import { savedReadParser } from '@sightline/schemas/saved-read'
import { expect, test } from 'vitest'

const NOW = Date.UTC(2026, 11, 1)
const agency = agencyOf(0.001)

test.each<[string, { parse(value: unknown): unknown }, (n: number, agency: Agency, now: number) => unknown]>([
  ['case', caseParser, caseOf],
  ['display', displayParser, displayOf],
  ['saved read', savedReadParser, savedOf],
  ['alert', alertParser, alertOf],
  ['work on an alert', alertWorkParser, workOf],
  ['product', productParser, productOf],
  ['lookout', lookoutParser, lookoutOf],
  ['dissemination', disseminationParser, disseminationOf],
  ['mail', mailParser, mailOf],
  ['edge agent', edgeAgentParser, (n) => agentOf(n, NOW)],
  ['camera health', cameraHealthParser, (n) => [...healthOf(n, NOW)][0]],
  ['review', auditReviewParser, (n) => reviewOf(n, NOW)],
  ['person', personParser, () => [...people(agency, NOW)].at(0)],
  ['access file', accessFileParser, (n) => accessOf([...people(agency, NOW)].at(n)!, n, NOW)],
])('the agency of the benchmark has valid records: %s', (_, parser, make) => {
  for (const n of [0, 1, 2, 7, 19]) expect(() => parser.parse(make(n, agency, NOW))).not.toThrow()
})

test('every route that may list is measured or left out with a reason', async () => {
  const document = (await openApiDocument()) as Document
  expect(questionsOf(document, NOW).length).toBeGreaterThan(20)
  const more = { paths: { ...document.paths, '/v1/vessels': { get: {} } } }
  expect(() => questionsOf(more, NOW)).toThrow('GET /v1/vessels is not measured')
  const { '/v1/colleagues': _, ...fewer } = document.paths
  expect(() => questionsOf({ paths: fewer }, NOW)).toThrow('GET /v1/colleagues is gone')
})
