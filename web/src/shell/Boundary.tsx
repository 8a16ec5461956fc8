import { Component, type ReactNode } from "react"
import { ProblemState } from "../components/ProblemState.tsx"

interface Props {
  /** Another address begins anew. */
  readonly at: string
  readonly children: ReactNode
}

interface State {
  readonly at: string
  readonly error: unknown
}

/** A mistake in one view leaves the others and the navigation alone. */
export class Boundary extends Component<Props, State> {
  override state: State = { at: this.props.at, error: undefined }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps({ at }: Props, state: State): Partial<State> | null {
    return at === state.at ? null : { at, error: undefined }
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    // A view's code that is gone: the server was updated since this page was opened.
    const outdated = error instanceof TypeError && /import|fetch|module/i.test(error.message)
    return (
      <ProblemState
        title={outdated ? "There is a newer version of this page" : "This view made a mistake"}
        message={outdated ? "The server was updated since you opened it." : error instanceof Error ? error.message : String(error)}
        advice="Reload the page."
        action={{ label: "Reload", act: () => window.location.reload() }}
      />
    )
  }
}
