import { isWell, LIGHTS } from '@sightline/schemas/lights'
import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../api/client.ts'
import { Page } from '../../../ui/page.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'

const words = texts.health

/** How often the page asks again, milliseconds. */
const EVERY_MS = 5000

type Health = Answer<'/health'>
type Light = Health['lights'][number]

/** The health as the api says it. Its 503 is an answer, and no failure. */
async function ask(): Promise<Health> {
  const given = (await (await fetch('/health')).json()) as Partial<Health>
  if (!given.lights) throw new Error(words.unknown)
  return given as Health
}

/** Whether a read that comes now becomes an alert that people see in time, and what to do if not. */
export default function HealthPage() {
  const query = useQuery({
    queryKey: ['administration', 'health'],
    queryFn: ask,
    refetchInterval: EVERY_MS,
  })
  return (
    <Page title={words.title} lead={words.lead}>
      <AdministrationTabs current="health" />
      <Loaded query={query}>
        {({ lights }) => (
          <>
            <p class="notice" role="status">
              <span>{isWell(lights) ? words.well : words.notWell}</span>
            </p>
            <section class="card">
              <h2>{words.lights}</h2>
              <SimpleTable label={words.lights} heads={words.heads}>
                {lights.map((light) => (
                  <LightRow key={light.name} light={light} />
                ))}
              </SimpleTable>
            </section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

const KINDS = { ok: 'good', warning: 'warn', fault: 'bad', unknown: 'plain', off: 'plain' } as const

function LightRow({ light: { name, state, says, code, ageSeconds, boundSeconds } }: { light: Light }) {
  const { title, hint } = LIGHTS[name]
  return (
    <tr>
      <td>{title}</td>
      <td>
        <Tag kind={KINDS[state]}>{words.states[state]}</Tag>
      </td>
      <td>{code === null ? says : `${says}. ${hint}`}</td>
      <td>{ageSeconds === null ? '' : words.seconds(ageSeconds)}</td>
      <td>{boundSeconds === null ? '' : words.seconds(boundSeconds)}</td>
    </tr>
  )
}
