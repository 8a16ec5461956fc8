/** A simulated GitHub with one repository and a few accounts, and the service that requests it. */
import { Duration, Effect, Redacted } from "effect"
import { type StandInOptions, start } from "../../../lab/devnet/github/StandIn.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { makeWith } from "../../../src/layers/github/GitHub.ts"
import { AskedVersion } from "./AskedVersion.ts"

export const WIDGETS = RepositoryName.make("acme/widgets")
export const number = IssueNumber.make
export const at = (n: number) => ({ repository: WIDGETS, number: number(n) })
export const ref = (n: number, repository: RepositoryName = WIDGETS) => new IssueRef({ repository, number: number(n) })

/** acme/widgets with issue #1 by ada, and the accounts bob, cleo and observer (whose token the service uses). */
export const story = ({
  repositoryFiles,
  ...options
}: Partial<StandInOptions> & { readonly repositoryFiles?: Readonly<Record<string, string>> } = {}) =>
  Effect.gen(function* () {
    const { url, control } = yield* start({ port: 0, facts: [], ...options })
    for (const login of ["ada", "bob", "cleo"]) yield* control.createUser({ payload: { login } })
    const observer = yield* control.createUser({ payload: { login: "observer" } })
    yield* control.createRepository({
      payload: { repository: WIDGETS, ...(repositoryFiles === undefined ? {} : { files: repositoryFiles }) }
    })
    yield* control.openIssue({ payload: { repository: WIDGETS, title: "The widget squeaks", author: "ada" } })
    return { url, control, observer }
  })

/** A client's settings with retry pauses of milliseconds, and a time limit that no busy machine reaches. */
export const settingsFor = (url: string, tokens: ReadonlyArray<string>, patience: Duration.DurationInput = "30 seconds") => ({
  url,
  tokens: tokens.map((token) => Redacted.make(token)),
  timeout: Duration.minutes(2),
  patience: Duration.decode(patience),
  pause: Duration.millis(5)
})

/** The service with retry pauses of milliseconds, and time limits that no busy machine reaches. */
export const service = (
  url: string,
  tokens: ReadonlyArray<string>,
  settings: {
    readonly timeout?: Duration.DurationInput
    readonly patience?: Duration.DurationInput
    /** How long answers that may be stale are cached. Default: not at all. */
    readonly fresh?: Duration.DurationInput
  } = {}
) =>
  Effect.flatMap(AskedVersion, (apiVersion) =>
    makeWith({
      ...settingsFor(url, tokens, settings.patience),
      apiVersion,
      timeout: Duration.decode(settings.timeout ?? "2 minutes"),
      associationsFresh: Duration.decode(settings.fresh ?? 0),
      issuesFresh: Duration.decode(settings.fresh ?? 0)
    })
  )

/** Both, for the many tests that need nothing else. */
export const storyAndService = Effect.gen(function* () {
  const simulated = yield* story()
  return { ...simulated, github: yield* service(simulated.url, [simulated.observer.token]) }
})

/** Opens and merges a pull request, which closes issue 1 by default. */
export const solve = (
  control: Effect.Effect.Success<ReturnType<typeof story>>["control"],
  author: string,
  closes: ReadonlyArray<number> = [1]
) =>
  Effect.gen(function* () {
    const opened = yield* control.openPullRequest({
      payload: {
        repository: WIDGETS,
        title: "Oil the widget",
        author,
        closes: closes.map((n) => number(n)),
        files: [{ path: "src/widget.ts", additions: 5, deletions: 1 }]
      }
    })
    return yield* control.mergePullRequest({ payload: at(opened.number) })
  })
