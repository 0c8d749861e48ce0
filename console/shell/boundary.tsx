import { Component, type ComponentChildren } from 'preact'
import { ProblemError, toProblem } from '../api/problem.ts'
import { Failure } from '../ui/states.tsx'
import { texts } from './texts.ts'

interface State {
  problem: ProblemError | null
}

/** Keeps a failing view from breaking the frame. Set `key` to the address, so that navigating clears the error. */
export class Boundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { problem: null }

  static override getDerivedStateFromError(error: unknown): State {
    const isOldPage = /dynamically imported module|importing a module|module script/i.test(String(error))
    return { problem: isOldPage ? newerVersion() : toProblem(error) }
  }

  override render() {
    const { problem } = this.state
    if (!problem) return this.props.children
    return <Failure problem={problem} retry={() => location.reload()} />
  }
}

/** Sightline was updated while the page was open: its old files are gone. */
const newerVersion = () => new ProblemError({ code: 'UNEXPECTED', status: 0, ...texts.newerVersion })
