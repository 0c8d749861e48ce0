import { texts } from '../shell/texts.ts'
import { Button } from './button.tsx'

interface Props {
  /** Of `useInfiniteQuery`. */
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown }
}

/** Below a list that comes in pages: loads the next one. */
export function More({ query }: Props) {
  if (!query.hasNextPage) return null
  return (
    <p>
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {texts.more}
      </Button>
    </p>
  )
}
