/** A round whose step was ended, or which lacked data, is requested again and continues where it stopped. */
import { assert, describe } from "@effect/vitest"
import { Duration, Effect, Fiber, Schema } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import { ago, emptyStory, NOW, service } from "../../support/github/contributionStory.ts"
import { assertCostAtMost } from "../../support/github/cost.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"

/** More repositories than are read in parallel, each with a merged pull request by bob. */
const REPOSITORIES = Array.from({ length: 60 }, (_, index) => RepositoryName.make(`acme/part-${String(index).padStart(2, "0")}`))

const manyRepositories = Effect.gen(function* () {
  const { url, control, tokens, uids, idOf } = yield* emptyStory()
  for (const repository of REPOSITORIES) {
    yield* control.createRepository({ payload: { repository, at: ago(300) } })
    const contents = [{ path: "a.ts", base: null, head: "let a\n" }]
    const { number } = yield* control.openPullRequest({ payload: { repository, title: "Add a", author: "bob", contents, at: ago(5) } })
    yield* control.mergePullRequest({ payload: { repository, number, by: "acme", at: ago(4) } })
  }
  // The last ones have the largest shares.
  const shares = Object.fromEntries(REPOSITORIES.map((name, index) => [name, { emission_share: (index + 1) / REPOSITORIES.length ** 2 }]))
  const request = { now: NOW, repositories: Schema.decodeUnknownSync(RosterRepositories)(shares), uids, goesOn: true }
  const counts = control.countRequests({ payload: {} })
  const asked = Effect.map(counts, ({ requests }) => requests)
  const bobs = (round: { readonly record: { readonly pulls: Readonly<Record<string, ReadonlyArray<unknown>>> } }) =>
    round.record.pulls[idOf("bob")]?.length
  return { url, control, tokens, request, counts, asked, bobs }
})

/** The requests that an effect sends. */
const requestsOf = <A, E, R>(asked: Effect.Effect<number, unknown>, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = yield* asked
    const result = yield* effect
    return { result, requests: (yield* asked) - before }
  })

describe("a whole round", () => {
  // By these docs/scale.md says at how many repositories 720 questions a minute bind.
  inEachVersion("takes five requests for each repository and three for all, and a later one six that are not free", () =>
    Effect.gen(function* () {
      const { url, tokens, request, counts } = yield* manyRepositories
      const { forgetRound, load } = yield* service(url, tokens)
      const { requests: before } = yield* counts
      yield* load(request)
      const first = yield* counts
      yield* forgetRound
      yield* load({ ...request, now: NOW + 1 })
      const second = yield* counts
      // What their people chose is read 25 at a time.
      const ofChoices = Math.ceil(50 / 25) + Math.ceil((REPOSITORIES.length - 50) / 25)
      const most = 5 * REPOSITORIES.length + 5 + ofChoices
      assertCostAtMost("a first round", first.requests - before, most)
      assertCostAtMost("a later round", second.requests - first.requests, most)
      assertCostAtMost("a later round", second.requests - first.requests - second.notModified, 3 + ofChoices)
    })
  )
})

describe("a round that goes on", () => {
  inEachVersion("after its step was ended asks for the repositories that were not read", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request, asked, bobs } = yield* manyRepositories
      const whole = yield* requestsOf(
        asked,
        Effect.flatMap(service(url, tokens), ({ load }) => load(request))
      )
      const gitHub = yield* service(url, tokens)
      yield* control.addFault({ payload: { fault: { _tag: "Hang", path: "part-05", times: 1 } } })
      const step = yield* Effect.fork(gitHub.load(request))
      // By then, the fifty with the largest shares have been read.
      yield* Effect.repeat(control.countRequests({ payload: {} }), { until: ({ faults }) => faults > 0 })
      yield* Fiber.interrupt(step)
      const rest = yield* requestsOf(asked, gitHub.load(request))
      assertCostAtMost("the rest of a round", rest.requests, Math.floor(0.3 * whole.requests))
      assert.deepStrictEqual([rest.result.missing, bobs(rest.result)], [[], REPOSITORIES.length])
      assert.deepStrictEqual(rest.result.record, whole.result.record)
    })
  )

  inEachVersion("of another moment begins with what the ended one did not ask about, and then goes by shares", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* manyRepositories
      const read = new Set<string>()
      const absences = yield* Absences.processAbsences
      const noting = Absences.Absences.of({
        ...absences,
        last: (kind, name) => {
          if (kind === "repository") read.add(name)
          return absences.last(kind, name)
        }
      })
      const gitHub = yield* service(url, tokens).pipe(Effect.provideService(Absences.Absences, noting))
      const endedAt = (path: string, now: number) =>
        Effect.gen(function* () {
          const { faults } = yield* control.countRequests({ payload: {} })
          yield* control.addFault({ payload: { fault: { _tag: "Hang", path, times: 1 } } })
          const step = yield* Effect.fork(gitHub.load({ ...request, now }))
          yield* Effect.repeat(control.countRequests({ payload: {} }), { until: (counts) => counts.faults > faults })
          yield* Fiber.interrupt(step)
          return [...read].toSorted()
        })
      // Among the fifty with the largest shares, which are read together.
      assert.deepStrictEqual(yield* endedAt("part-10", NOW), [])
      assert.deepStrictEqual(yield* endedAt("part-10", NOW + 1), [...REPOSITORIES.slice(0, 10), ...REPOSITORIES.slice(20)])
      const rest = yield* gitHub.load({ ...request, now: NOW + 1 })
      const anew = yield* Effect.flatMap(service(url, tokens), ({ load }) => load({ ...request, now: NOW + 1 }))
      assert.deepStrictEqual([rest.missing, rest.record], [[], anew.record])
    })
  )

  inEachVersion("asks only for what was missing, and for everything once it is forgotten or of another moment", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request, asked, bobs } = yield* manyRepositories
      const sighted: Array<number> = []
      const absences = yield* Absences.processAbsences
      const counting = Absences.Absences.of({
        ...absences,
        look: (kind, all, condition) => {
          if (kind === "repository") sighted.push(all.length)
          return absences.look(kind, all, condition)
        }
      })
      const gitHub = yield* service(url, tokens, { patience: Duration.millis(1) }).pipe(Effect.provideService(Absences.Absences, counting))
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, path: "part-07/issues", times: 100 } } })
      const first = yield* requestsOf(asked, gitHub.load(request))
      assert.deepStrictEqual(
        first.result.missing.map(({ repository }) => repository),
        ["acme/part-07"]
      )
      yield* control.removeFaults({ payload: {} })
      const again = yield* requestsOf(asked, gitHub.load(request))
      assert.deepStrictEqual([again.result.missing, bobs(again.result)], [[], REPOSITORIES.length])
      assertCostAtMost("what was missing", again.requests, 9)
      assert.deepStrictEqual(sighted, [REPOSITORIES.length - 1, 1], "GitHub was asked about each of them once")
      const later = yield* requestsOf(asked, gitHub.load({ ...request, now: NOW + 1 }))
      assert.isAbove(later.requests, REPOSITORIES.length)
      yield* gitHub.forgetRound
      const anew = yield* requestsOf(asked, gitHub.load({ ...request, now: NOW + 1 }))
      assert.isAbove(anew.requests, REPOSITORIES.length)
      assert.deepStrictEqual(anew.result.record, later.result.record)
    })
  )
})
