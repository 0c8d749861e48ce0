import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link } from '../../../shell/navigate.ts'
import { Button } from '../../../ui/button.tsx'
import { DoubtTags } from '../../../ui/doubt-tags.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { ProblemBox } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import { bodyOf, type Draft, isEqual } from './draft.ts'
import { normal } from './explain.ts'

type Asked = Body<'/v1/displays/test'>

/** Tries the form's display on recent alerts, by the matcher's rules, before it is stored. */
export function Trial({ draft }: { draft: Draft }) {
  const words = texts.trial
  const { plate, region, minProbability, only, strict } = bodyOf(draft)
  const wanted: Asked = {
    plate,
    region,
    ...(minProbability !== undefined && { minProbability }),
    ...(only && { only }),
    ...(strict && { strict }),
  }
  const trial = useWrite(async (asked: Asked) => ({ asked, found: await tryOut(asked) }))
  // Results for one display must not appear below another one.
  const isOutdated = trial.output !== undefined && !isEqual(trial.output.asked, wanted)
  const result = isOutdated ? undefined : trial.output
  return (
    <section class="displays-trial" aria-labelledby="displays-trial">
      <h2 id="displays-trial">{words.heading}</h2>
      <p class="displays-note">{words.lead}</p>
      <Button
        icon="play"
        busy={trial.busy}
        disabled={normal(plate) === ''}
        onClick={() => trial.submit(wanted)}
      >
        {words.run}
      </Button>
      {trial.problem && <ProblemBox problem={trial.problem} />}
      <div role="status">
        {isOutdated && <p class="field-error">{words.outdated}</p>}
        {result && (
          <p>
            {result.found.lookedAt === 0
              ? words.noAlerts
              : result.found.matched === 0
                ? words.none(result.found.lookedAt)
                : words.found(result.found.matched, result.found.lookedAt)}
            {result.found.matched > 0 &&
              (result.asked.only || result.asked.strict) &&
              words.restricted(result.found.within)}
            {result.found.matched > 0 && '.'}
          </p>
        )}
      </div>
      {result?.asked.strict && <Misses found={result.found} />}
      {result && result.found.lookedAt > 0 && <Found found={result.found} />}
    </section>
  )
}

/** What a strict display misses, fact by fact: measured, and by the agency's own newest reads. */
function Misses({ found: { strictMisses, lookedAt } }: { found: Awaited<ReturnType<typeof tryOut>> }) {
  const words = texts.trial
  if (strictMisses.length === 0) return null
  return (
    <>
      <p>{words.missesLead}</p>
      <ul class="displays-plain">
        {strictMisses.map(({ fact, measured, untold }) => (
          <li key={fact}>
            {words.misses(fact, measured === null ? null : words.percent(measured), untold, lookedAt)}
          </li>
        ))}
      </ul>
    </>
  )
}

function Found({ found }: { found: Awaited<ReturnType<typeof tryOut>> }) {
  const words = texts.trial
  return (
    <>
      {found.matches.length > 0 && (
        <div class="displays-found" tabIndex={0} role="region" aria-label={words.table}>
          <ul class="displays-plain">
            {found.matches.map(
              ({ sequence, plate, region, kind, probability, seenAt, camera, isWithin, ...doubts }) => (
                <li key={sequence}>
                  <span class="displays-headline">
                    <Link href={`/alerts/${sequence}`} class="displays-link">
                      <PlateText plate={plate} region={region} />
                    </Link>
                    {words.kinds[kind]}, {words.percent(probability)}
                    <DoubtTags match={doubts} />
                    {!isWithin && <Tag kind="warn">{words.outside}</Tag>}
                  </span>
                  <span class="displays-note">
                    <When at={seenAt} />, {camera.address ?? camera.id}
                  </span>
                </li>
              ),
            )}
          </ul>
        </div>
      )}
      <p class="displays-note">
        {words.since} <When at={found.since} as="day" />. {words.honest}
      </p>
    </>
  )
}

const tryOut = (body: Asked) => answer(api.POST('/v1/displays/test', { body }))
