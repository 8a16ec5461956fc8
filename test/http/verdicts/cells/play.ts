/** Plays a cell on the GitHub stand-in. Issue #1 is the competition's, and Bob's pull request is always #2. */
import { Effect } from "effect"
import type { Control } from "../../../../lab/devnet/github/control/ControlApi.ts"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { day, number } from "../story.ts"
import type { Afterwards, Cell, CloserKind, Landing } from "./table.ts"

/** The repository and accounts of a cell. There are a maintainer with push access, the stranger dan, and helper[bot]. */
export interface Stage {
  readonly control: Control
  readonly repository: RepositoryName
  readonly bob: string
}

const FILES = [{ path: "src/hinge.ts", additions: 30, deletions: 1 }]

/** A landed change that can be reverted. */
type Landed = { readonly pullRequest: number } | { readonly commit: string }

const openIn = ({ control, repository }: Stage, author: string, opening: object) =>
  Effect.map(
    control.openPullRequest({ payload: { repository, title: "Oil the hinge", author, files: FILES, at: day(4), ...opening } }),
    (opened) => opened.number
  )

/** Bob's pull request, whose head a maintainer reviews a minute later. */
const openBobs = (stage: Stage, opening: object) =>
  Effect.tap(openIn(stage, stage.bob, opening), (n) =>
    stage.control.review({
      payload: { repository: stage.repository, number: number(n), by: "maintainer", state: "COMMENTED", at: day(4, 60) }
    })
  )

const mergeIn = ({ control, repository }: Stage, n: number, method: "merge" | "squash" | "rebase" | "queue" | "push" = "squash") =>
  control.mergePullRequest({ payload: { repository, number: number(n), by: "maintainer", method, at: day(5) } })

/** How the landing commit or pull request says that it closes the issue. */
const saying = (closer: CloserKind) => ({
  closes: closer === "gitHub" ? [number(1)] : [],
  commitCloses: closer === "keyword" ? [number(1)] : []
})

const linked = { closes: [number(1)] }

/** A maintainer, or a bot with push access, pushes one commit with Bob's changes and authorship. */
const pushIn = ({ bob, control, repository }: Stage, message: string, closer: CloserKind) =>
  Effect.map(
    control.pushCommit({
      payload: {
        repository,
        message: closer === "keyword" ? `${message}\n\nFixes #1` : message,
        by: "maintainer",
        author: bob,
        lands: { number: number(2), as: "Same" },
        closes: saying(closer).commitCloses,
        at: day(5)
      }
    }),
    ({ sha }): Landed => ({ commit: sha })
  )

/** Another account's pull request brings Bob's work. */
const bringIn = (stage: Stage, author: string, closer: CloserKind, opening: object) =>
  Effect.gen(function* () {
    const n = yield* openIn(stage, author, { ...saying(closer), at: day(5, -60), ...opening })
    yield* mergeIn(stage, n)
    return { pullRequest: n } satisfies Landed
  })

const land = (stage: Stage, landing: Landing, closer: CloserKind): Effect.Effect<Landed, { readonly message: string }> =>
  Effect.gen(function* () {
    const { bob, control, repository } = stage
    switch (landing) {
      case "merge":
      case "squash":
      case "rebase":
      case "queue":
      case "push":
        yield* openBobs(stage, saying(closer))
        yield* mergeIn(stage, 2, landing)
        return { pullRequest: 2 }
      case "stacked": {
        yield* openBobs(stage, { ...saying(closer), baseBranch: "frame" })
        const below = yield* openIn(stage, "dan", { headBranch: "frame", files: [{ path: "src/frame.ts", additions: 9, deletions: 0 }] })
        yield* mergeIn(stage, below)
        yield* control.edit({ payload: { repository, number: number(2), baseBranch: "main", at: day(5) } })
        yield* mergeIn(stage, 2)
        return { pullRequest: 2 }
      }
      case "bot": {
        yield* openBobs(stage, linked)
        const landed = yield* pushIn(stage, "Oil the hinge", closer)
        yield* control.close({ payload: { repository, number: number(2), by: "maintainer", at: day(5, 2) } })
        return landed
      }
      case "cherryPick":
        yield* openBobs(stage, linked)
        return yield* closer === "gitHub"
          ? bringIn(stage, "maintainer", closer, { copies: [number(2)] })
          : pushIn(stage, `Oil the hinge\n\n(cherry picked from commit ${"d".repeat(40)})`, closer)
      case "coAuthored":
        yield* openBobs(stage, linked)
        return yield* bringIn(stage, "maintainer", closer, { coAuthors: [bob] })
      case "backported":
        yield* openBobs(stage, { ...linked, baseBranch: "release" })
        yield* mergeIn(stage, 2)
        return yield* bringIn(stage, "helper[bot]", closer, { copies: [number(2)] })
    }
  })

/** Closes the issue by hand, if GitHub did not. */
const closeIt = ({ control, repository }: Stage, closer: CloserKind): Effect.Effect<unknown, { readonly message: string }> => {
  const issue = { repository, number: number(1), at: day(6) }
  switch (closer) {
    case "gitHub":
    case "keyword":
      return Effect.void
    case "hand":
    case "subIssue":
      return control.close({ payload: { ...issue, by: "maintainer" } })
    case "bot":
      return control.close({ payload: { ...issue, by: "helper[bot]" } })
    case "project":
      return control.close({ payload: { ...issue, by: "helper[bot]", byProject: true } })
  }
}

/** Reverts the landed change, or the last revert. */
const takeBack = ({ control, repository }: Stage, landed: Landed, when: number): Effect.Effect<Landed, { readonly message: string }> =>
  "pullRequest" in landed
    ? Effect.map(
        control.revertPullRequest({ payload: { repository, number: number(landed.pullRequest), by: "maintainer", at: when } }),
        (revert) => ({ pullRequest: revert.number })
      )
    : Effect.map(
        control.pushCommit({
          payload: {
            repository,
            by: "maintainer",
            message: `This reverts commit ${landed.commit}.`,
            undoes: [landed.commit],
            at: when
          }
        }),
        ({ sha }) => ({ commit: sha })
      )

const happen = (stage: Stage, afterwards: Afterwards, landed: Landed): Effect.Effect<unknown, { readonly message: string }> => {
  const { bob, control, repository } = stage
  const issue = { repository, number: number(1) }
  const pullRequest = { repository, number: number(2) }
  const elsewhere = RepositoryName.make(`${repository}-else`)
  const rename = control.renameUser({ payload: { login: bob, to: `${bob}-now` } })
  switch (afterwards) {
    case "nothing":
      return Effect.void
    case "reopened":
      return control.reopenIssue({ payload: { ...issue, by: "maintainer", at: day(7) } })
    case "reverted":
      return takeBack(stage, landed, day(7))
    case "reapplied":
      return Effect.flatMap(takeBack(stage, landed, day(7)), (revert) => takeBack(stage, revert, day(8)))
    case "retitled":
      return Effect.forEach([issue, pullRequest], (one) => control.edit({ payload: { ...one, title: "Another title", at: day(7) } }))
    case "edited":
      return Effect.forEach([issue, pullRequest], (one) => control.edit({ payload: { ...one, body: "Another text", at: day(7) } }))
    case "transferred":
      return Effect.zipRight(
        control.createRepository({ payload: { repository: elsewhere } }),
        control.transferIssue({ payload: { ...issue, to: elsewhere, at: day(7) } })
      )
    case "converted":
      return control.convertToDiscussion({ payload: { ...issue, at: day(7) } })
    case "duplicate":
      return control.changeReason({ payload: { ...issue, reason: "duplicate", at: day(7) } })
    case "accountGone":
      return control.deleteUser({ payload: { login: bob } })
    case "renamed":
      return rename
    case "registeredAgain":
      return Effect.zipRight(rename, control.createUser({ payload: { login: bob } }))
    case "repositoryRenamed":
      return control.changeRepository({ payload: { repository, name: elsewhere } })
    case "created":
      return Effect.all([
        control.changeRepository({ payload: { repository, deleted: true } }),
        control.createRepository({ payload: { repository, at: day(8) } }),
        control.openIssue({ payload: { repository, title: "Easy", author: "ada", at: day(8) } })
      ])
    case "private":
      return control.changeRepository({ payload: { repository, private: true } })
    case "archived":
      return control.changeRepository({ payload: { repository, archived: true } })
  }
}

/** Creates the accounts that cells need besides those of the story. */
export const cast = ({ control }: Pick<Stage, "control">) => control.createUser({ payload: { login: "helper[bot]", kind: "Bot" } })

/** Plays a cell on a stage with only the open issue #1. */
export const playCell = (stage: Stage, { afterwards, closer, landing }: Cell): Effect.Effect<void, { readonly message: string }> =>
  Effect.gen(function* () {
    const { control, repository } = stage
    // A repository never begins with a pull request.
    yield* control.pushCommit({ payload: { repository, message: "The first", by: "maintainer", at: Date.UTC(2026, 8, 2) } })
    const landed = yield* land(stage, landing, closer)
    // GitHub lists a pull request that somebody links later as one that could have closed the issue.
    if (closer !== "gitHub" && closer !== "keyword") yield* control.link({ payload: { repository, number: number(2), issue: number(1) } })
    yield* closeIt(stage, closer)
    yield* happen(stage, afterwards, landed)
  })
