/**
 * Loading and scoring a round while GitHub fails. Whatever fails, each account's record is complete or marked as incomplete. No account gets a zero
 * that is not based on GitHub's answer.
 */
import { assert, describe } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import type { Fault } from "../../../lab/devnet/github/server/faults.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { minerScores } from "../../../src/rules/contributions/scoreRound.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { loadAndScoreFiles } from "../../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { ago, fullStory, notWholeOrMarked, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { assertCostAtMost } from "../../support/github/cost.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { processes } from "../../support/processes.ts"
import { layerParity } from "../../support/roster/parity.ts"

const scorer = Layer.merge(Layer.provide(scorerLayer(), processes), layerParity)

const measuring = (url: string, tokens: ReadonlyArray<string>, settings: Parameters<typeof service>[2] = {}) =>
  Layer.provideMerge(scoresLayer, Layer.merge(Layer.scoped(Contributions, service(url, tokens, settings)), scorer))

const FAULTS: ReadonlyArray<Fault> = [
  { _tag: "Status", status: 502 },
  { _tag: "Status", status: 403, message: "Resource not accessible" },
  { _tag: "Status", status: 401 },
  { _tag: "RateLimited", reset: 3_600 },
  { _tag: "Status", status: 403, retryAfter: 3_600 },
  { _tag: "Truncated" },
  { _tag: "Cut" },
  { _tag: "Lacking", field: "reviews" },
  { _tag: "Lacking", field: "timelineItems" },
  { _tag: "Lacking", field: "closingIssuesReferences" },
  { _tag: "Lacking", field: "closings" }
]

describe("a round loaded while GitHub fails", () => {
  inEachVersion("is complete or marked for each account, whatever fails and after how many answers", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      const whole = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual(whole.missing, [])
      for (const fault of FAULTS)
        for (const after of [0, 3, 8]) {
          yield* control.addFault({ payload: { fault: { ...fault, after, times: 1_000 } } })
          const round = yield* (yield* service(url, tokens)).load(request)
          yield* control.removeFaults({ payload: {} })
          const name = `${JSON.stringify(fault)} after ${after}`
          assert.deepStrictEqual(notWholeOrMarked(round, whole), [], name)
          if (after === 0 && fault._tag !== "Lacking") assert.isNotEmpty(round.missing, name)
        }
    })
  )

  inEachVersion("is complete when the failure ends within the patience", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      const whole = yield* (yield* service(url, tokens)).load(request)
      for (const fault of FAULTS.filter(({ _tag }) => _tag !== "RateLimited")) {
        if (fault._tag === "Status" && fault.status !== 502) continue
        yield* control.addFault({ payload: { fault: { ...fault, after: 1, times: 3 } } })
        const round = yield* (yield* service(url, tokens)).load(request)
        assert.deepStrictEqual(round.missing, [], JSON.stringify(fault))
        assert.deepStrictEqual(round.record, whole.record)
        yield* control.removeFaults({ payload: {} })
      }
    })
  )

  inEachVersion("continues with the other token when one is revoked", () =>
    Effect.gen(function* () {
      const { url, tokens, request } = yield* fullStory()
      const whole = yield* (yield* service(url, tokens)).load(request)
      const round = yield* (yield* service(url, ["gho_revoked", ...tokens.slice(0, 1)])).load(request)
      assert.deepStrictEqual([round.missing, round.record], [[], whole.record])
      const none = yield* (yield* service(url, ["gho_revoked"])).load(request)
      assert.deepStrictEqual(
        none.missing.map(({ repository, account }) => [repository, account]),
        [
          ["Acme/Widgets", null],
          ["acme/gadgets", null]
        ]
      )
    })
  )

  inEachVersion("is complete for all other accounts when GitHub cannot answer for one", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      yield* control.deleteUser({ payload: { login: "observer" } })
      const whole = yield* (yield* service(url, tokens.slice(1))).load(request)
      // The batch's first query fails on every attempt, but its halves succeed.
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 6, path: "^/graphql" } } })
      const round = yield* (yield* service(url, tokens.slice(1))).load(request)
      assert.deepStrictEqual([round.missing, round.record.pulls[idOf("bob")]], [[], whole.record.pulls[idOf("bob")]])
    })
  )

  inEachVersion("marks the author of missing files and the author of the issue that they solve, and nobody else", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      const measured = loadAndScoreFiles(request, { includeClosed: true })
      const whole = yield* Effect.provide(measured, measuring(url, tokens))
      assert.deepStrictEqual([...whole.totals.keys()].toSorted(), ["acme/gadgets#2", "acme/widgets#3", "acme/widgets#4", "acme/widgets#5"])
      for (const total of whole.totals.values()) assert.isAbove(total.tokenScore, 0)
      const open = yield* Effect.provide(loadAndScoreFiles(request), measuring(url, tokens))
      assert.isFalse(open.totals.has("acme/widgets#5"))
      for (const path of ["/compare/|/files", "^/graphql"])
        for (const after of path === "^/graphql" ? [2, 3, 4] : [0, 1, 2]) {
          yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, path, after, times: 1_000 } } })
          const round = yield* Effect.provide(measured, measuring(url, tokens))
          yield* control.removeFaults({ payload: {} })
          assert.isNotEmpty(round.missing)
          for (const [key, total] of whole.totals) {
            const found = round.totals.get(key)
            if (found !== undefined) assert.deepStrictEqual(found, total)
            else {
              const owner = key === "acme/gadgets#2" || key === "acme/widgets#5" ? "cleo" : "bob"
              assert.isTrue(
                round.missing.some(
                  ({ repository, account }) => key.startsWith(repository.toLowerCase()) && (account === null || account === idOf(owner))
                ),
                `${path} ${after}: ${key}`
              )
            }
          }
        }
    })
  )
})

describe("a repository that the roster knows by its id", () => {
  inEachVersion("goes on under another name, and a stranger's under its old name counts nothing", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      const whole = yield* Effect.provide(loadAndScoreFiles(request), measuring(url, tokens))
      const { id } = yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/things") } })
      // The new owner of the old name has cleo merge there.
      yield* control.createRepository({ payload: { repository: WIDGETS, at: ago(3) } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["cleo"], at: ago(3) } })
      const contents = [{ path: "src/new.ts", base: null, head: "export const a = 1\n" }]
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Mine", author: "bob", contents, at: ago(2) } })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 1), by: "cleo", at: ago(1) } })
      const settings = request.repositories["Acme/Widgets"]
      assert.isDefined(settings)
      const repositories = {
        ...request.repositories,
        ...(settings === undefined ? {} : { "Acme/Widgets": { ...settings, github_id: id } })
      }
      const pinned = yield* Effect.provide(loadAndScoreFiles({ ...request, repositories }), measuring(url, tokens))
      assert.deepStrictEqual([pinned.missing, pinned.totals], [[], whole.totals])
      assert.deepStrictEqual(pinned.record.pulls, whole.record.pulls)
      assert.deepStrictEqual(pinned.record.maintainer_uids_by_repo, whole.record.maintainer_uids_by_repo)
      const byName = yield* Effect.provide(loadAndScoreFiles(request), measuring(url, tokens))
      assert.notDeepEqual(byName.record.pulls[idOf("bob")], whole.record.pulls[idOf("bob")], "a name alone is whoever has it")
      const dated = (named_on: string) =>
        settings === undefined ? request.repositories : { ...request.repositories, "Acme/Widgets": { ...settings, named_on } }
      const dayOf = (days: number) => new Date(ago(days)).toISOString().slice(0, 10)
      const later = yield* Effect.provide(loadAndScoreFiles({ ...request, repositories: dated(dayOf(3)) }), measuring(url, tokens))
      assert.deepStrictEqual(later.record.pulls, byName.record.pulls, "it was there when the roster named it")
      const before = yield* Effect.provide(loadAndScoreFiles({ ...request, repositories: dated(dayOf(4)) }), measuring(url, tokens))
      assert.deepStrictEqual(
        before.record.pulls[idOf("bob")]?.filter(({ repo_full_name }) => repo_full_name.toLowerCase() === WIDGETS),
        [],
        "it is younger than the roster's entry"
      )
      assert.isTrue(before.missing.some(({ repository }) => repository === "Acme/Widgets"))
    })
  )
})

describe("the cost of a round", () => {
  inEachVersion("is small for a second one, and shared among several tokens", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      const run = Effect.gen(function* () {
        const before = yield* control.countRequests({ payload: {} })
        const round = yield* loadAndScoreFiles(request)
        const after = yield* control.countRequests({ payload: {} })
        return { round, requests: after.requests - before.requests, notModified: after.notModified - before.notModified }
      })
      const [first, second] = yield* Effect.provide(Effect.all([run, run]), measuring(url, tokens))
      assert.deepStrictEqual(second.round.record, first.round.record)
      assert.deepStrictEqual(second.round.totals, first.round.totals)
      // No request is repeated in one round: its answer would be a 304.
      assert.strictEqual(first.notModified, 0)
      // All REST answers are 304. GraphQL has no ETags, and no file is requested again.
      assertCostAtMost("a second round", second.requests - second.notModified, 5)
      const standing = yield* Effect.forEach(tokens, (token) =>
        Effect.promise(async () => {
          const answer = await fetch(`${url}/rate_limit`, { headers: { authorization: `Bearer ${token}` } })
          return (await answer.json()) as { readonly resources: { readonly core: { readonly used: number } } }
        })
      )
      for (const { resources } of standing) assert.isAbove(resources.core.used, 3)
    })
  )

  inEachVersion("leaves a fifth of each limit to others, and says so", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      yield* control.setRateLimit({ payload: { login: "observer", resource: "core", remaining: 1_003, resetInSeconds: 3_600 } })
      const round = yield* (yield* service(url, tokens.slice(0, 1), { patience: Duration.millis(100) })).load(request)
      assert.isNotEmpty(round.missing)
      assert.include(round.missing[0]?.why, "kept for others")
    })
  )

  inEachVersion("does not grow with files that cannot earn", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      for (let index = 0; index < 31; index++)
        yield* control.openPullRequest({
          payload: {
            repository: WIDGETS,
            title: "More",
            author: "bob",
            contents: [{ path: "a.ts", base: null, head: "let a\n" }],
            at: ago(1)
          }
        })
      const { record, totals, missing } = yield* Effect.provide(loadAndScoreFiles(request), measuring(url, tokens))
      assert.deepStrictEqual(missing, [])
      assert.strictEqual(record.pulls[idOf("bob")]?.length, 33)
      assert.deepStrictEqual([...totals.keys()], ["acme/gadgets#2"])
      const bob = minerScores({ record, totals }).find(({ uid }) => uid === 1)
      assert.strictEqual(bob?.contributions.get("acme/widgets")?.total, 0)
    })
  )

  inEachVersion("a complete round loaded from GitHub scores as its rules say", () =>
    Effect.gen(function* () {
      const { url, tokens, request } = yield* fullStory()
      const { record, totals } = yield* Effect.provide(loadAndScoreFiles(request), measuring(url, tokens))
      const bob = minerScores({ record, totals }).find(({ uid }) => uid === 1)
      const [merged, open] = bob?.contributions.get("acme/widgets")?.pullRequests ?? []
      assert.deepInclude(merged?.factors, { label: 1.5, chosenLabel: "bug", issue: 1.66, review: 0.85 })
      assert.isAbove(merged?.factors.base ?? 0, 0)
      assert.strictEqual(open?.pull.state, "OPEN")
    })
  )
})
