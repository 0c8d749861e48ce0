import { texts } from '../texts/shell.ts'
import { Page } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { Link } from './navigate.ts'

export function NotFound() {
  const { title, text, home } = texts.notFound
  return (
    <Page title={title}>
      <Empty text={text}>
        <Link href="/">{home}</Link>
      </Empty>
    </Page>
  )
}
