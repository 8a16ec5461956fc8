import { Component, type ReactNode } from "react"
import { ProblemState } from "../components/Page.tsx"
import { showAgain } from "../routes/history.ts"

interface Props {
  /** A new address resets the boundary. */
  readonly at: string
  /** Whether the server answers. */
  readonly isConnected: boolean
  readonly children: ReactNode
}

interface State {
  readonly at: string
  readonly error: unknown
}

/** Contains an error in one view, so that the navigation and other views keep working. */
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
    const isCode = error instanceof TypeError && /import|fetch|module/i.test(error.message)
    // The server answers but the file is gone: the server was updated since this page was opened.
    if (isCode && this.props.isConnected)
      return (
        <ProblemState
          title="This page has been updated"
          message="The server was updated since you opened it."
          advice="Reload the page."
          action={{ label: "Reload", act: () => window.location.reload() }}
        />
      )
    const again = () => {
      this.setState({ error: undefined })
      showAgain()
    }
    return isCode ? (
      <ProblemState
        title="The server cannot be reached"
        message="This view could not be loaded."
        advice="Check your connection and try again."
        action={{ label: "Try again", act: again }}
      />
    ) : (
      <ProblemState
        title="Something went wrong in this view"
        message={error instanceof Error ? error.message : String(error)}
        advice="Try again, or reload the page."
        action={{ label: "Try again", act: again }}
      />
    )
  }
}
