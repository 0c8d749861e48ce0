import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { ProblemError } from '../../api/problem.ts'
import { linkToken } from '../../shell/fragment.ts'
import { Failure, Loaded } from '../../ui/states.tsx'
import { SetUpForm } from './set-up-form.tsx'
import { Stage } from './stage.tsx'
import { texts } from './texts.ts'
import './sign-on.css'

/** The page behind a one-time link: sets password and second factor of an account (ACC-7). */
export default function SetUp() {
  const words = texts.setUp
  useEffect(() => {
    document.title = `${words.title} · Sightline`
  }, [words])
  return (
    <Stage title={words.title} lead={words.text}>
      {linkToken ? <Opened token={linkToken} /> : <Failure problem={noToken()} />}
    </Stage>
  )
}

function Opened({ token }: { token: string }) {
  const link = useQuery({
    queryKey: ['sign-on', 'link'],
    queryFn: () => answer(api.POST('/v1/set-up/look', { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return <Loaded query={link}>{(known) => <SetUpForm token={token} link={known} />}</Loaded>
}

const noToken = () => new ProblemError({ code: 'CODE_WRONG', status: 0, ...texts.setUp.noToken })
