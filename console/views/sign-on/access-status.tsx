import type { ComponentChildren } from 'preact'
import type { Schema } from '../../api/client.ts'
import { session } from '../../shell/session.ts'
import { texts as shell } from '../../shell/texts.ts'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { texts } from './texts.ts'

type AccessFile = Schema<'AccessFile'>

/** The user's current access, from the api, and what to do about what is missing. */
export function AccessStatus({ file }: { file: AccessFile }) {
  const words = texts.access
  const who = session.value
  if (!who) return null
  const offices = who.roles.filter((role) => role !== 'analyst').map((role) => shell.roles[role] ?? role)
  const isAnalyst = who.roles.includes('analyst')
  const sources = who.sources === 'all' ? words.allSources : who.sources.map(sourceName).join(', ')
  return (
    <section class="card" aria-labelledby="access-status">
      <h2 id="access-status">{words.what}</h2>
      <dl class="my-access-facts">
        <Fact name={words.offices}>{offices.join(', ') || words.noOffice}</Fact>
        <Fact
          name={words.analyst}
          // People with an office need not be analysts as well.
          holds={isAnalyst || offices.length === 0 ? isAnalyst : undefined}
          mend={words.mendAccess}
        >
          {sources || words.noSources}
        </Fact>
        <Fact name={words.training} holds={who.trainingValid} mend={words.mendTraining}>
          <Until date={file.training?.validUntil} holds={who.trainingValid} />
        </Fact>
        <Fact name={words.certification} holds={who.recertified} mend={words.mendCertification}>
          <Until date={file.certification?.validUntil} holds={who.recertified} />
        </Fact>
      </dl>
    </section>
  )
}

export const sourceName = (id: string): string => texts.access.sourceNames[id] ?? id

function Until({ date, holds }: { date: string | undefined; holds: boolean }) {
  const words = texts.access
  if (!date) return <>{words.missing}</>
  return (
    <>
      {holds ? words.until : words.since}
      <When at={date} as="day" />
    </>
  )
}

interface FactProps {
  name: string
  /** Without it, nothing is shown. */
  holds?: boolean | undefined
  /** What to do if it is missing. */
  mend?: ComponentChildren
  children: ComponentChildren
}

function Fact({ name, holds, mend, children }: FactProps) {
  const words = texts.access
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {holds !== undefined && <Tag kind={holds ? 'good' : 'warn'}>{holds ? words.yes : words.no}</Tag>}{' '}
        {children}
        {holds === false && mend && <p class="field-hint">{mend}</p>}
      </dd>
    </div>
  )
}
