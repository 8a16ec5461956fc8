/** Loads a GitHub pull request for the gate: its commits from git, and the texts around them from GitHub. */
import { Effect } from "effect"
import type { IssueRef } from "../../domain/IssueRef.ts"
import { Repositories } from "../../layers/git/Repositories.ts"
import { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { commitMessages, type GateText } from "../../rules/quality/gate.ts"

/** Loads a pull request at its newest head, or at `commit`. The repository has both commits while the scope is open. */
export const pullRequestForGate = Effect.fn("pullRequestForGate")(function* (ref: IssueRef, commit?: string) {
  const pull = yield* Effect.flatMap(PullRequestHeads, (heads) => heads.read(ref, commit))
  const repository = yield* Effect.flatMap(Repositories, ({ fetch }) => fetch(pull.cloneUrl, [pull.base, pull.head]))
  const texts: ReadonlyArray<GateText> = [
    { name: "title", text: pull.title },
    { name: "description", text: pull.description },
    { name: "branch name", text: pull.branch },
    ...commitMessages(pull.messages)
  ]
  return { pull, repository, texts }
})
