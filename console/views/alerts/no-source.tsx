import { Link } from '../../shell/navigate.ts'
import { texts } from '../../texts/alerts.ts'
import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/states.tsx'

/** Instead of a list that would stay empty: whoever was granted no source sees no alert, whatever their office (ACC-6). */
export function NoSource() {
  const words = texts.noSource
  return (
    <Page title={texts.title}>
      <Empty icon="alert" text={words.text}>
        <p>{words.hint}</p>
        <div class="alerts-no-source">
          <Link href="/my-access" class="button button-primary">
            {words.toAccess}
          </Link>
          <Link href="/alerts/precision" class="button">
            {words.toPrecision}
          </Link>
        </div>
      </Empty>
    </Page>
  )
}
