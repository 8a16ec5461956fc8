/**
 * Bob and Cleo compete for acme/widgets#1, which Ada wrote and Dan watches. The simulated GitHub plays the events, and the program's own service
 * reads them over HTTP for a validator's verdict.
 */
import { Effect } from "effect"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { type IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import type { MatchContext, Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { judgeFully, readingOf } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { GONE_FOR } from "../../support/figures.ts"
import { at, number, ref, service, story, WIDGETS } from "../../support/github/story.ts"
import { hotkey } from "../../support/rules/world.ts"

export const OTHER = RepositoryName.make("acme/other")
/** Noon of a day in November 2026. The repository dates from September. */
export const day = (n: number, second = 0): number => Date.UTC(2026, 10, n, 12, 0, second)
export const REGISTERED = Date.UTC(2026, 9, 20)
export const START = day(1)
export const SUBMISSIONS_FROM = day(3)
export const DEADLINE = day(15)

export const BOB = hotkey(1)
export const CLEO = hotkey(2)

export interface Opening {
  readonly issue?: IssueNumber
  readonly closes?: ReadonlyArray<number>
  readonly mentions?: ReadonlyArray<IssueNumber>
  readonly commitCloses?: ReadonlyArray<number>
  readonly baseBranch?: string
  readonly headBranch?: string
  readonly title?: string
  readonly body?: string
  readonly draft?: boolean
  readonly branchUpdatedAt?: number
  readonly carries?: ReadonlyArray<IssueNumber>
  readonly files?: ReadonlyArray<{ readonly path: string; readonly additions: number; readonly deletions: number }>
  readonly contents?: ReadonlyArray<{ readonly path: string; readonly base: string | null; readonly head: string | null }>
}

export const wordsOf = (verdict: Verdict): string => {
  switch (verdict._tag) {
    case "Solved":
      return `Solved by ${verdict.hotkey === BOB ? "Bob" : "Cleo"} with #${verdict.pullRequest}`
    case "Cancelled":
      return verdict.reason._tag === "SubmittedTooEarly"
        ? `Cancelled: SubmittedTooEarly by ${verdict.reason.hotkey === BOB ? "Bob" : "Cleo"}`
        : `Cancelled: ${verdict.reason._tag}`
    case "Unsolved":
      return "Unsolved"
    case "NoVote":
      return `No vote: ${verdict.why}`
  }
}

/** The verdict of a validator that has found the issue gone for this many blocks, if it is gone. */
export const judgedAfter = (evidence: IssueEvidence, facts: MatchContext, blocks: number, issue = at(1)) =>
  Effect.map(judgeFully(evidence, { ...facts, watched: { blocks, needed: GONE_FOR, notCounted: null } }, issue), ({ verdict }) => verdict)

/** A new simulated GitHub with the start of the story. `files`: the repository's initial files, if git can fetch it. */
export const beginWith = Effect.fn("begin")(function* (files?: Readonly<Record<string, string>>) {
  const { url, control, observer } = yield* story({
    ...(files === undefined ? {} : { repositoryFiles: files }),
    clock: { _tag: "Fixed", at: Date.UTC(2026, 8, 1) },
    limits: { pointsPerMinute: 1_000_000 }
  })
  const github = yield* service(url, [observer.token])
  for (const login of ["dan", "maintainer"]) yield* control.createUser({ payload: { login } })
  yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["maintainer"] } })
  const [bob, cleo] = yield* Effect.all([control.user({ payload: { login: "bob" } }), control.user({ payload: { login: "cleo" } })])
  const competition: MatchContext = {
    competitors: [
      { hotkey: BOB, githubId: bob.id },
      { hotkey: CLEO, githubId: cleo.id }
    ],
    startedAt: START,
    headAt: day(28),
    submissionsFrom: SUBMISSIONS_FROM,
    deadline: DEADLINE,
    isOverdue: false
  }
  const open = (author: string, opened: number, { closes = [1], commitCloses = [], ...rest }: Opening = {}, repository = WIDGETS) =>
    Effect.map(
      control.openPullRequest({
        payload: {
          repository,
          title: "Oil the hinge",
          author,
          closes: closes.map((one) => number(one)),
          commitCloses: commitCloses.map((one) => number(one)),
          at: opened,
          // Each changes a file named after its author by default.
          files: [{ path: `src/${author}.ts`, additions: 3, deletions: 1 }],
          ...rest
        }
      }),
      (opened) => opened.number
    )
  const merge = (n: number, merged: number, method?: "merge" | "squash" | "rebase" | "queue") =>
    control.mergePullRequest({ payload: { ...at(n), at: merged, by: "maintainer", ...(method === undefined ? {} : { method }) } })
  /** A pull request, by default opened at noon of the 4th and merged at noon of the 5th. */
  const solve = (author: string, opened = day(4), merged = day(5), opening: Opening = {}) =>
    Effect.gen(function* () {
      const opened_ = yield* open(author, opened, opening)
      yield* merge(opened_, merged)
      return opened_
    })
  /** Another validator, with no state of the first one's tokens. */
  const another = service(url, [observer.token], { patience: "1 second" })
  const judge = (on: MatchContext, issue = 1, by = github) =>
    by.issueEvidence(ref(issue), { ...readingOf(on), registeredAt: REGISTERED }).pipe(
      Effect.flatMap((evidence) => judgedAfter(evidence, on, 0)),
      Effect.provideService(GitHub, by)
    )
  const competing = (change: Partial<MatchContext> = {}): MatchContext => ({ ...competition, ...change })
  return { url, control, github, another, competition, competing, open, merge, solve, judge, bob, cleo }
})
export const begin = beginWith()
export type Story = Effect.Effect.Success<typeof begin>

export { at, number, WIDGETS }
