import { useState } from 'preact/hooks'
import { Link, useParams } from '../../shell/navigate.ts'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import type { Case } from '../search/pages.ts'
import { useOpenCases } from '../search/use-cases.ts'
import { AddressTool } from './address.tsx'
import { Company } from './company.tsx'
import { Movements } from './movements.tsx'
import { Places } from './places.tsx'
import { ReviewForm } from './review-form.tsx'
import { texts } from './texts.ts'
import { Travel } from './travel.tsx'
import { type Asked, TOOLS, type Tool } from './use-tool.ts'
import '../search/search.css'
import './review.css'

/** The review tools of one subject of a case (QRY-10). */
export default function SubjectPage() {
  const { caseId, subjectId } = useParams<{ caseId: string; subjectId: string }>()
  const cases = useOpenCases()
  return (
    <Page
      title={texts.title}
      filled
      actions={
        <>
          <Link href="/review">{texts.choose.title}</Link>
          <Link href="/search">{texts.search}</Link>
        </>
      }
    >
      <Loaded query={cases}>
        {(all) => {
          const one = all.find(({ id }) => id === caseId)
          const subject = one?.subjects.find(({ id }) => id === subjectId)
          if (!one || !subject || !('plate' in subject.about)) {
            return (
              <Empty icon="lock" text={texts.choose.gone}>
                <Link href="/review">{texts.choose.title}</Link>
              </Empty>
            )
          }
          return <Subject key={subject.id} one={one} subject={{ ...subject, plate: subject.about.plate }} />
        }}
      </Loaded>
    </Page>
  )
}

export type Subject = Case['subjects'][number] & { plate: string }

function Subject({ one, subject }: { one: Case; subject: Subject }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const [tool, setTool] = useState<Tool>('timeline')
  return (
    <>
      <Permit one={one} subject={subject} />
      <ReviewForm one={one} plate={subject.plate} isAsked={asked !== null} onAsk={setAsked} />
      {asked === null ? (
        <Empty icon="search" text={texts.form.waiting} />
      ) : (
        <>
          <fieldset class="review-tools">
            <legend class="visually-hidden">{texts.tools.label}</legend>
            {TOOLS.map((name) => (
              <button key={name} type="button" aria-pressed={name === tool} onClick={() => setTool(name)}>
                {texts.tools[name]}
              </button>
            ))}
          </fieldset>
          <p class="review-muted review-about">{texts.about[tool]}</p>
          {tool === 'timeline' && <Movements asked={asked} />}
          {tool === 'places' && <Places asked={asked} />}
          {tool === 'companions' && <Company asked={asked} one={one} subject={subject} />}
          {tool === 'address-link' && <AddressTool asked={asked} one={one} />}
          {tool === 'impossible-travel' && <Travel asked={asked} />}
        </>
      )}
    </>
  )
}

/** The case that permits a review of this plate, its authority, and why it names the plate (QRY-5, QRY-6). */
function Permit({ one, subject }: { one: Case; subject: Subject }) {
  const words = texts.permit
  return (
    <div class="notice review-permit">
      <Icon name="case" />
      <p>
        <b>{words.by(one.caseRef)}</b> · {one.title} · {words.authority}: {one.authority}. {words.names}{' '}
        <PlateText plate={subject.plate} /> <q>{subject.reason}</q>
      </p>
    </div>
  )
}
