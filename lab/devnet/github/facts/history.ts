/** Turns facts into history: pull requests that were opened and merged, or that are held back until a control request releases them. */
import { Either, HashMap, Option } from "effect"
import { createAccount } from "../state/accounts.ts"
import { openIssue } from "../state/issues.ts"
import { mergePullRequest } from "../state/merges.ts"
import { openPullRequest } from "../state/pullRequests.ts"
import { createRepository } from "../state/repositories.ts"
import * as State from "../state/State.ts"
import { Refused, type Step } from "../state/Step.ts"
import { contributorsOf } from "./contributors.ts"
import { type PullRequestFact, placeOf } from "./GitHubFacts.ts"

/** Which pull requests of the facts to hold back. */
export type HeldBack = "all" | "none" | ((fact: PullRequestFact) => boolean)

const HOUR = 3_600_000

/** GitHub's example repository, which has existed since 2011. Programs read it to check that GitHub works. */
const EXAMPLE_REPOSITORY = {
  account: { id: 583_231, login: "octocat" },
  repository: "octocat/Hello-World",
  id: 1_296_269,
  at: Date.UTC(2011, 0, 26)
}

/** The initial state, before the facts. */
const withKnown = (): State.State => {
  const { account, at, id, repository } = EXAMPLE_REPOSITORY
  const [state] = must(createAccount(State.empty, { ...account, at }))
  return must(createRepository(state, { repository, id, at }))[0]
}

/** Unwraps a step that a fresh state cannot refuse; a refusal is a defect of the loader. */
const must = <A>(step: Step<A>): readonly [State.State, A] => Either.getOrThrowWith(step, (refused) => refused)

const loginOf = (state: State.State, id: number) => State.accountOf(state, id).login

/**
 * The state that facts describe. `files`: each repository's initial files, if git serves it. Facts lack an issue's author and time, so the
 * repository's owner writes each issue an hour before its first pull request. The issue stays open as long as every pull request that closes it is
 * held back.
 */
export const fromFacts = (
  facts: ReadonlyArray<PullRequestFact>,
  held: HeldBack,
  files?: (repository: string) => Readonly<Record<string, State.Content>>
): State.State => {
  const contributors = contributorsOf(facts)
  const isHeld = typeof held === "function" ? held : () => held === "all"
  const first = facts.reduce((earliest, fact) => Math.min(earliest, fact.authored_at), Number.POSITIVE_INFINITY)
  const start = Number.isFinite(first) ? first - HOUR : 0

  let state = withKnown()
  for (const { id, login } of contributors.all) [state] = must(createAccount(state, { id, login, at: start }))
  for (const repository of new Map(facts.map((fact) => [fact.repository.toLowerCase(), fact.repository])).values()) {
    ;[state] = must(createRepository(state, { repository, files: files?.(repository), at: start }))
  }

  const pullRequests = new Set(facts.map(placeOf))
  const issues = new Map<string, { readonly fact: PullRequestFact; readonly number: number }>()
  for (const fact of facts.toSorted((a, b) => a.authored_at - b.authored_at)) {
    for (const number of fact.closes) {
      const place = placeOf({ repository: fact.repository, number })
      if (!pullRequests.has(place) && !issues.has(place)) issues.set(place, { fact, number })
    }
  }
  for (const { fact, number } of issues.values()) {
    const author = fact.repository.slice(0, fact.repository.indexOf("/"))
    const title = `Issue ${number} of ${fact.repository}`
    ;[state] = must(openIssue(state, { repository: fact.repository, number, title, author, at: fact.authored_at - HOUR }))
  }

  for (const fact of facts.filter(isHeld)) state = holdBack(state, { fact, authorId: contributors.of(fact.author).id })
  const happened = facts.filter((fact) => !isHeld(fact))
  for (const fact of happened.toSorted((a, b) => a.authored_at - b.authored_at || a.number - b.number)) {
    ;[state] = must(openAsItWas(state, fact, fact.repository, contributors.of(fact.author).login, fact.authored_at))
  }
  for (const fact of happened.toSorted((a, b) => (a.merged_at ?? 0) - (b.merged_at ?? 0) || a.number - b.number)) {
    if (fact.merged_at === null) continue
    // A rebased commit may be dated before its pull request; never merge before opening.
    const at = Math.max(fact.merged_at, fact.authored_at)
    const { repository, number, merge_commit_sha } = fact
    ;[state] = must(mergePullRequest(state, { repository, number, sha: merge_commit_sha ?? undefined, at }))
  }
  return state
}

const holdBack = (state: State.State, held: State.HeldPullRequest): State.State =>
  Option.match(State.repositoryByName(state, held.fact.repository), {
    onNone: () => state,
    onSome: (repository) => ({
      ...state,
      repositories: HashMap.set(state.repositories, repository.id, {
        ...repository,
        held: HashMap.set(repository.held, held.fact.number, held)
      })
    })
  })

const openAsItWas = (state: State.State, fact: PullRequestFact, repository: string, author: string, at: number) =>
  openPullRequest(state, { repository, number: fact.number, title: fact.title, author, closes: fact.closes, files: fact.files, at })

const heldOf = (state: State.State, repository: string, number: number): Option.Option<State.HeldPullRequest> =>
  Option.flatMap(State.repositoryByName(state, repository), (found) => HashMap.get(found.held, number))

/** Opens a held-back pull request with its original number, title, author and files. Merge it with `mergeAsItWas`. */
export const openHeld = (
  state: State.State,
  wanted: { readonly repository: string; readonly number: number; readonly at: number }
): Step<State.PullRequest> =>
  Either.gen(function* () {
    const { fact, authorId } = yield* Either.fromOption(
      heldOf(state, wanted.repository, wanted.number),
      () => new Refused({ reason: `no pull request ${wanted.repository}#${wanted.number} is held back` })
    )
    return yield* openAsItWas(state, fact, wanted.repository, loginOf(state, authorId), wanted.at)
  })

/** Merges a pull request. A held-back one gets its original merge commit. */
export const mergeAsItWas = (state: State.State, wanted: Parameters<typeof mergePullRequest>[1]): Step<State.PullRequest> => {
  const sha = wanted.sha ?? Option.getOrUndefined(heldOf(state, wanted.repository, wanted.number))?.fact.merge_commit_sha ?? undefined
  return mergePullRequest(state, { ...wanted, sha })
}
