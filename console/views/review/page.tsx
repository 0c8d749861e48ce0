import { Link } from '../../shell/navigate.ts'
import { Page } from '../../ui/page.tsx'
import { PlateText } from '../../ui/plate-text.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { useOpenCases } from '../search/use-cases.ts'
import { texts } from './texts.ts'
import './review.css'

const words = texts.choose

/** Chooses the case and its subject for the review tools, which need one (QRY-6). */
export default function ReviewPage() {
  const cases = useOpenCases()
  return (
    <Page title={texts.title} lead={texts.lead} actions={<Link href="/search">{texts.search}</Link>}>
      <Loaded query={cases}>
        {(all) => {
          const naming = all
            .map((one) => ({ one, subjects: one.subjects.filter(({ about }) => 'plate' in about) }))
            .filter(({ subjects }) => subjects.length > 0)
          if (naming.length === 0) {
            return (
              <Empty icon="search" text={words.none}>
                <Link href="/search">{texts.search}</Link>
              </Empty>
            )
          }
          return (
            <>
              <p class="review-muted">{words.text}</p>
              {naming.map(({ one, subjects }) => (
                <section key={one.id} class="card" aria-label={words.subjects(one.caseRef)}>
                  <h2>
                    {one.caseRef} · {one.title}
                  </h2>
                  <ul class="review-subjects">
                    {subjects.map(({ id, about, reason }) => (
                      <li key={id}>
                        <Link href={`/review/${one.id}/${id}`}>
                          <PlateText plate={'plate' in about ? about.plate : ''} />
                        </Link>
                        <span class="review-muted">{reason}</span>
                      </li>
                    ))}
                  </ul>
                </section>
              ))}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
