import { createDisplayIndex, type DisplayIndex, type IndexOptions } from '@sightline/matching'
import { isTold, strictMisses } from '@sightline/matching/facts'
import { loadRecognizerFacts } from '@sightline/matching/recognizer-facts'
import { DEFAULT_MIN_PROBABILITY } from '@sightline/matching/terms'
import { Alert, AlertSequence, Doubts, FACTS, MATCH_KINDS } from '@sightline/schemas/alert'
import { type Display, NewDisplay, PlatePattern } from '@sightline/schemas/display'
import { checkDisplay, isPattern, normalizePattern } from '@sightline/schemas/display-rules'
import { Instant, oneOf, orNull, Probability } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import type { Actor } from '../../access/permit.ts'
import { coverAlert, isVerifier, maySee } from '../../alerts/cover.ts'
import type { Route } from '../../app.ts'
import { actorOf } from '../../plugins/app/actor.ts'
import { ofBody, recordDecision } from '../../plugins/app/audit.ts'
import { problems } from '../../shared/problem.ts'
import { tryDisplay } from '../trial.ts'
import { knowledgeOf } from '../visibility.ts'

/** Number of the newest alerts on which a display is tried, and of matches that are listed. */
const LOOKED_AT = 1000
const NAMED = 100

const TestedDisplay = Type.Pick(NewDisplay, ['plate', 'region', 'minProbability', 'only', 'strict'], {
  title: 'TestedDisplay',
  additionalProperties: false,
})

const { read } = Alert.properties
const DisplayTest = Type.Object(
  {
    plate: Type.Intersect([PlatePattern], { description: 'The plate as it would be stored' }),
    isPattern: Type.Boolean(),
    minProbability: Type.Intersect([Probability], {
      description: 'Threshold for reads that differ from the plate: as stated, or the default of the matcher',
    }),
    lookedAt: Type.Integer({ minimum: 0, description: 'Number of alerts it was tried on: the newest ones' }),
    since: orNull(Instant),
    matched: Type.Integer({ minimum: 0, description: 'Reads whose text matches' }),
    within: Type.Integer({ minimum: 0, description: 'Of those, reads that also meet the limits' }),
    strictMisses: Type.Array(
      Type.Object({
        fact: oneOf(FACTS),
        measured: Type.Intersect([orNull(Probability)], {
          description:
            'Share of the plates or vehicles looked for that Sightline’s own recognition tells as another, on pictures made for measuring; null: not measured',
        }),
        untold: Type.Integer({
          minimum: 0,
          description: 'Of the reads looked at (`lookedAt`), how many do not tell it at all',
        }),
      }),
      {
        maxItems: FACTS.length,
        description: 'For each fact that the display names: what it misses if it is strict',
      },
    ),
    matches: Type.Array(
      Type.Object({
        sequence: AlertSequence,
        kind: oneOf(MATCH_KINDS),
        probability: Probability,
        ...Doubts,
        isWithin: Type.Boolean(),
        plate: orNull(read.properties.plate),
        region: read.properties.region,
        seenAt: Instant,
        camera: read.properties.camera,
        vehicle: read.properties.vehicle,
      }),
      { maxItems: NAMED, description: 'Newest first' },
    ),
  },
  { title: 'DisplayTest' },
)

/** Tries a display before it is stored: on alerts that the caller may see, with the matcher's own rules. */
export const displayTestRoute: Route = (app, deps) => {
  const { alerts, alertWork, clock, displays } = deps
  let matcher: Promise<{ index: DisplayIndex; options: IndexOptions }> | undefined
  const matcherOf = () => {
    matcher ??= loadRecognizerFacts().then((options) => ({ index: createDisplayIndex(options), options }))
    return matcher
  }

  /** Ids of the displays whose alerts have a plate that the actor knows from their work. */
  const displaysKnownTo = async (actor: Actor, page: readonly { alert: Alert }[]): Promise<Set<string>> => {
    const raised = new Set(page.map(({ alert }) => alert.display.id))
    const knows = await knowledgeOf(deps, actor)
    const keep = (display: Display) => raised.has(display.id) && knows(display) !== null
    return new Set(displays.list(keep, Number.POSITIVE_INFINITY).displays.map(({ id }) => id))
  }

  app.post(
    '/v1/displays/test',
    {
      config: {
        permission: 'display.test',
        audit: { action: 'display.test', parameters: ofBody, decided: true },
      },
      schema: {
        tags: ['displays'],
        summary: 'Try what a display would match on recent alerts, before it is stored (DSP-1)',
        description:
          `On the reads of the newest ${LOOKED_AT} alerts, of the last 30 days at most: reads that matched no display are not ` +
          'kept and cannot be tried (QRY-1). Nothing is stored. Alerts that are not judged yet count if their display is the ' +
          'caller’s, or of a case of theirs; the read text is not shown (DSP-7).',
        body: TestedDisplay,
        response: { 200: DisplayTest, ...problems(400, 403, 422, 503) },
      },
    },
    async (request): Promise<Static<typeof DisplayTest>> => {
      const actor = actorOf(request)
      const decide = () => {
        const { region = null, ...rest } = request.body
        const wanted = { ...rest, region, plate: normalizePattern(rest.plate) }
        checkDisplay(wanted)
        return wanted
      }
      const wanted = await recordDecision(request, decide, {}, ({ plate }) => ({
        parameters: { ...request.body, plate },
      }))
      const page = await alerts.list({ limit: LOOKED_AT })
      // Of alerts that await verification, only those whose plate the actor knows: others could be guessed by trying
      // (DSP-7).
      const told = isVerifier(actor) ? await displaysKnownTo(actor, page.alerts) : null
      const isOpen = ({ id, display }: Alert) => !told || alertWork.isJudged(id) || told.has(display.id)
      const seen = page.alerts.filter(({ alert }) => maySee(actor, alert.read) && isOpen(alert))
      const isCovered = (alert: Alert) => isVerifier(actor) && !alertWork.isJudged(alert.id)
      const bySequence = new Map(
        seen.map(({ sequence, alert }) => [sequence, (isCovered(alert) ? coverAlert(alert) : alert).read]),
      )
      const { index, options } = await matcherOf()
      const found = tryDisplay(index, wanted, seen, clock())
      return {
        plate: wanted.plate,
        isPattern: isPattern(wanted.plate),
        minProbability: wanted.minProbability ?? DEFAULT_MIN_PROBABILITY,
        lookedAt: seen.length,
        since: seen.at(-1)?.alert.raisedAt ?? null,
        matched: found.length,
        within: found.filter(({ isWithin }) => isWithin).length,
        strictMisses: strictMisses(wanted, options.facts ?? {}).map(({ fact, measured }) => ({
          fact,
          measured,
          untold: seen.filter(({ alert }) => !isTold(fact, alert.read)).length,
        })),
        matches: found
          .sort((a, b) => b.sequence - a.sequence)
          .slice(0, NAMED)
          .map((match) => {
            const { plate, region, seenAt, camera, vehicle } = bySequence.get(match.sequence)!
            const { evidence, differs, unchecked, ...plain } = match
            return {
              ...plain,
              plate,
              region,
              seenAt,
              camera,
              vehicle,
              ...(evidence && { evidence: [...evidence] }),
              ...(differs && { differs: [...differs] }),
              ...(unchecked && { unchecked: [...unchecked] }),
            }
          }),
      }
    },
  )
}
