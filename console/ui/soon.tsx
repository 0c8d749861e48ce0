import { texts } from '../texts/shell.ts'
import { Page } from './page.tsx'
import { Empty } from './states.tsx'

/** In the place of a view that is not there yet. */
export function Soon({ title }: { title: string }) {
  return (
    <Page title={title}>
      <Empty icon="clock" text={texts.soon.text} />
    </Page>
  )
}
