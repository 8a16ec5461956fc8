/** A simulated GitHub with contributions to two repositories, and the service that loads them, for tests of loading and scoring. */
import { Duration, Effect, Layer, Schema } from "effect"
import { type StandInOptions, start } from "../../../lab/devnet/github/StandIn.ts"
import { microsecondsOf } from "../../../src/domain/Instant.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { layerNone } from "../../../src/layers/github/contributions/CommitCache.ts"
import { type LoadedRound, makeWith } from "../../../src/layers/github/contributions/Contributions.ts"
import type { GitHubSettings } from "../../../src/layers/github/settings.ts"
import { AskedVersion } from "./AskedVersion.ts"
import { settingsFor } from "./story.ts"

export const WIDGETS = RepositoryName.make("acme/widgets")
export const GADGETS = RepositoryName.make("acme/gadgets")

/** The time at which rounds are loaded. */
export const NOW = microsecondsOf("2026-08-01T12:00:00Z")

/** The time `days` days ago, in ms. */
export const ago = (days: number): number => NOW / 1000 - Math.round(days * 86_400_000)

export const place = (repository: RepositoryName, number: number) => ({ repository, number: IssueNumber.make(number) })
export const numbers = (...all: ReadonlyArray<number>) => all.map((one) => IssueNumber.make(one))

const roster = Schema.decodeUnknownSync(RosterRepositories)({
  "Acme/Widgets": { emission_share: 0.5, label_multipliers: { "bug*": 1.5, feature: 2 }, additional_acceptable_branches: ["release/*"] },
  "acme/gadgets": { emission_share: 0.5, scoring: { pr_lookback_days: 10 } }
})

interface StoryOptions extends Partial<StandInOptions> {
  /** Both repositories' initial files, if git can fetch them. */
  readonly repositoryFiles?: Readonly<Record<string, string>>
}

/** Two repositories of the organization acme, whose member is ada. bob and cleo are miners; dora is not. */
export const emptyStory = ({ repositoryFiles: files, ...options }: StoryOptions = {}) =>
  Effect.gen(function* () {
    const { url, control } = yield* start({ port: 0, facts: [], clock: { _tag: "Fixed", at: NOW / 1000 }, ...options })
    const created = ago(300)
    const accounts: Record<string, number> = {}
    const tokens: Array<string> = []
    for (const login of ["ada", "bob", "cleo", "dora", "observer", "second"]) {
      const { id, token } = yield* control.createUser({ payload: { login, at: created } })
      accounts[login] = id
      if (login === "observer" || login === "second") tokens.push(token)
    }
    const labeler = yield* control.createUser({ payload: { login: "labeler[bot]", kind: "Bot", at: created } })
    accounts[labeler.login] = labeler.id
    for (const repository of [WIDGETS, GADGETS]) {
      yield* control.createRepository({ payload: { repository, at: created, ...(files === undefined ? {} : { files }) } })
      yield* control.changeRepository({ payload: { repository, members: ["ada"], at: created } })
    }
    const idOf = (login: string) => String(accounts[login])
    const uids = { "0": null, "1": idOf("bob"), "2": idOf("cleo") }
    return { url, control, tokens, idOf, uids, request: { now: NOW, repositories: roster, uids } }
  })

/** A history that exercises each rule once. */
export const fullStory = (options: Partial<StandInOptions> = {}) =>
  Effect.gen(function* () {
    const simulated = yield* emptyStory(options)
    const { control } = simulated
    // Widgets: issues 1 by ada and 2 by dora. Pull requests: 3 by bob merged, 4 by bob open, 5 by cleo closed, 6 by ada (a maintainer) merged.
    yield* control.openIssue({ payload: { repository: WIDGETS, title: "It squeaks", author: "ada", at: ago(20) } })
    yield* control.openIssue({ payload: { repository: WIDGETS, title: "It leaks", author: "dora", at: ago(19) } })
    yield* control.openPullRequest({
      payload: {
        repository: WIDGETS,
        title: "Oil it",
        author: "bob",
        closes: numbers(1, 2),
        contents: [
          { path: "src/oil.ts", base: "export const oil = 1\n", head: "export const oil = (amount: number) => amount * 2\n" },
          { path: "docs/oil.md", base: null, head: "# Oil\n\nUse it.\n" }
        ],
        at: ago(18)
      }
    })
    const third = place(WIDGETS, 3)
    yield* control.remark({ payload: { ...third, by: "ada", remark: { _tag: "Labeled", label: "bug" }, at: ago(17) } })
    yield* control.remark({ payload: { ...third, by: "bob", remark: { _tag: "Labeled", label: "feature" }, at: ago(17) } })
    yield* control.remark({ payload: { ...third, by: "labeler[bot]", remark: { _tag: "Labeled", label: "size:S" }, at: ago(17) } })
    yield* control.review({ payload: { ...third, by: "ada", state: "CHANGES_REQUESTED", at: ago(16.5) } })
    yield* control.review({ payload: { ...third, by: "dora", state: "CHANGES_REQUESTED", at: ago(16.4) } })
    yield* control.review({ payload: { ...third, by: "ada", state: "APPROVED", at: ago(16.1) } })
    yield* control.mergePullRequest({ payload: { ...third, by: "ada", at: ago(16) } })
    yield* control.openPullRequest({
      payload: {
        repository: WIDGETS,
        title: "Not yet",
        author: "bob",
        contents: [{ path: "src/later.py", base: null, head: "def later():\n    return 1\n" }],
        at: ago(50)
      }
    })
    yield* control.openPullRequest({
      payload: { repository: WIDGETS, title: "No", author: "cleo", contents: [{ path: "a.ts", base: null, head: "let a\n" }], at: ago(9) }
    })
    yield* control.close({ payload: { ...place(WIDGETS, 5), at: ago(8) } })
    yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Own", author: "ada", at: ago(7) } })
    yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 6), by: "ada", at: ago(6) } })
    // Gadgets: issue 1 by cleo, solved by 2 of dora; open issue 3 by cleo; pull request 4 by cleo merged before the window.
    yield* control.openIssue({ payload: { repository: GADGETS, title: "Too small", author: "cleo", at: ago(9) } })
    yield* control.openPullRequest({
      payload: {
        repository: GADGETS,
        title: "Larger",
        author: "dora",
        closes: numbers(1),
        contents: [{ path: "gadget.go", base: "package a\n", head: "package a\n\nfunc Large() int { return 7 }\n" }],
        at: ago(8)
      }
    })
    yield* control.mergePullRequest({ payload: { ...place(GADGETS, 2), by: "ada", at: ago(7.5) } })
    yield* control.openIssue({ payload: { repository: GADGETS, title: "Too blue", author: "cleo", at: ago(200) } })
    yield* control.openPullRequest({ payload: { repository: GADGETS, title: "Old", author: "cleo", at: ago(14) } })
    yield* control.mergePullRequest({ payload: { ...place(GADGETS, 4), by: "ada", at: ago(13) } })
    return simulated
  })

/** The service with retry pauses of milliseconds, and time limits that no busy machine reaches. It saves its cache only if given a place for it. */
export const service = (url: string, tokens: ReadonlyArray<string>, settings: Partial<GitHubSettings> = {}, commits = layerNone) =>
  Effect.flatMap(Effect.all([Layer.build(commits), AskedVersion]), ([context, apiVersion]) =>
    makeWith({ ...settingsFor(url, tokens, "4 minutes"), apiVersion, pause: Duration.millis(1), ...settings }).pipe(Effect.provide(context))
  )

/** The time `days` days ago, in µs. */
export const moment = (days: number): number => ago(days) * 1000

/** The accounts whose record in a repository is incomplete, but not marked as missing. */
export const notWholeOrMarked = (round: LoadedRound, whole: LoadedRound): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const accounts = Object.keys(whole.record.pulls)
  for (const repository of Object.keys(whole.record.repos))
    for (const account of accounts) {
      const of = ({ record }: LoadedRound) =>
        JSON.stringify([
          (record.pulls[account] ?? []).filter(({ repo_full_name }) => repo_full_name === repository),
          (record.issues[account] ?? []).filter(({ repo_full_name }) => repo_full_name === repository)
        ])
      const isMarked = round.missing.some((one) => one.repository === repository && (one.account === null || one.account === account))
      if (!isMarked && of(round) !== of(whole)) problems.push(`${account} in ${repository}: ${of(round)}`)
    }
  return problems
}
