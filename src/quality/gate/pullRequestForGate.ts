/** A pull request of GitHub as the gate reads it: its files from git, and the words around them from GitHub. */
import { Effect } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import type { IssueRef } from "../../domain/IssueRef.ts"
import { Checkout, type OpenRepository } from "../../layers/git/Checkout.ts"
import { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { extensionOf } from "../../scoring/oss_contributions/rules/files/path.ts"
import type { GateText } from "../rules/gate.ts"

/** The base's sources that a pull request's fingerprints are compared with. */
export const baseSourcesOf = (repository: OpenRepository, base: string, rules: FileRules) =>
  repository.sources(base, (path) => (rules.languages.get(extensionOf(path))?.language ?? null) !== null)

/** How findings name commit messages, the newest first. */
export const commitMessages = (messages: ReadonlyArray<string>): ReadonlyArray<GateText> =>
  messages.map((text, index) => ({ name: `commit message ${index + 1}`, text }))

/**
 * Loads a pull request at its newest head, or at `commit`. `request` lacks only the earlier heads and the author, whom the caller knows. `repository` has
 * both commits while the scope is open, for the tests to run.
 */
export const pullRequestForGate = Effect.fn("pullRequestForGate")(function* (ref: IssueRef, rules: FileRules, commit?: string) {
  const pull = yield* Effect.flatMap(PullRequestHeads, (heads) => heads.read(ref, commit))
  const repository = yield* Effect.flatMap(Checkout, (checkout) => checkout.fetch(pull.cloneUrl, [pull.base, pull.head]))
  const texts: ReadonlyArray<GateText> = [
    { name: "title", text: pull.title },
    { name: "description", text: pull.description },
    { name: "branch name", text: pull.branch },
    ...commitMessages(pull.messages)
  ]
  const request = {
    files: yield* repository.changedFiles(pull.base, pull.head),
    texts,
    rules,
    commit: pull.head,
    baseSources: baseSourcesOf(repository, pull.base, rules)
  }
  return { pull, repository, request }
})
