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
  /** What the server's page says of this one's code. Undefined: it was not asked yet, or does not answer. */
  readonly server: "same" | "updated" | undefined
}

const NO_ERROR: Pick<State, "error" | "server"> = { error: undefined, server: undefined }

/** Between two questions whether the server is back, in milliseconds. */
const ASK_AGAIN = 3_000

/** A view's code could not be loaded. Browsers say so in different words. */
const isCode = (error: unknown): boolean => error instanceof TypeError && /import|fetch|module/i.test(error.message)

/** Whether the server's page still has this page's code. Fails if it does not answer. */
const askServer = async (): Promise<"same" | "updated"> => {
  const answer = await fetch("/", { cache: "no-store" })
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const own = document.querySelector("script[type=module]")?.getAttribute("src")
  return own != null && (await answer.text()).includes(own) ? "same" : "updated"
}

/** Contains an error in one view, so that the navigation and other views keep working. Code that could not be loaded is loaded once the server answers. */
export class Boundary extends Component<Props, State> {
  override state: State = { at: this.props.at, ...NO_ERROR }
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Where loading was tried again by itself: once for an address. */
  private tried: string | undefined

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps({ at }: Props, state: State): Partial<State> | null {
    return at === state.at ? null : { at, ...NO_ERROR }
  }

  override componentDidCatch(error: unknown) {
    if (isCode(error)) this.ask()
  }

  override componentDidUpdate(before: Props) {
    if (this.props.isConnected && !before.isConnected && isCode(this.state.error)) this.ask()
  }

  override componentWillUnmount() {
    clearTimeout(this.timer)
  }

  private readonly again = () => {
    this.setState(NO_ERROR)
    showAgain()
  }

  private ask() {
    clearTimeout(this.timer)
    const { at, error } = this.state
    const isStill = () => this.state.error === error && this.state.at === at
    askServer().then(
      (server) => {
        if (!isStill()) return
        if (server === "updated" || this.tried === at) this.setState({ server })
        else {
          this.tried = at
          this.again()
        }
      },
      () => {
        if (isStill()) this.timer = setTimeout(() => this.ask(), ASK_AGAIN)
      }
    )
  }

  override render() {
    const { error, server } = this.state
    if (error === undefined) return this.props.children
    const reload = { label: "Reload", act: () => window.location.reload() }
    if (!isCode(error))
      return (
        <ProblemState
          title="Something went wrong in this view"
          message={error instanceof Error ? error.message : String(error)}
          advice="Try again, or reload the page."
          action={{ label: "Try again", act: this.again }}
        />
      )
    if (server === "updated")
      return (
        <ProblemState
          title="This page has been updated"
          message="The server has a newer version of this page than the one that you opened."
          advice="Reload the page."
          action={reload}
        />
      )
    return server === "same" ? (
      <ProblemState
        title="This view could not be loaded"
        message="The server answers, and has this version of the page, but its code did not arrive, twice."
        advice="Reload the page."
        action={reload}
      />
    ) : (
      <ProblemState
        title="The server cannot be reached"
        message="This view could not be loaded."
        advice="It is loaded as soon as the server answers."
        action={{ label: "Try again", act: this.again }}
      />
    )
  }
}
