/**
 * A request that an owner refuses to one token is sent with the other tokens, which are tried first from then on. A resource that only one token
 * cannot find is not missing.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Logger, Metric, Redacted, TestClock } from "effect"
import { ownerRefusalForms } from "../../../lab/devnet/github/server/ownerRefusals.ts"
import { ownersResult } from "../../../src/cli/doctor/owners.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import * as Tokens from "../../../src/layers/github/client/tokens.ts"
import { service as contributions, fullStory } from "../../support/github/contributionStory.ts"
import { ref, service, story } from "../../support/github/story.ts"

describe("a token from which an owner keeps its things", () => {
  for (const form of ownerRefusalForms) {
    it.scopedLive(`(${form}) is replaced by another one, which is asked first from then on`, () =>
      Effect.gen(function* () {
        const { url, control, tokens, request } = yield* fullStory()
        const whole = yield* (yield* contributions(url, tokens)).load(request)
        const evidence = yield* (yield* service(url, tokens)).issueEvidence(ref(1), { since: 0 })
        assert.deepStrictEqual(whole.missing, [])
        for (const login of ["observer", "second"]) {
          yield* control.refuseByOwner({ payload: { owner: "acme", login, form } })
          const { byOwners, forgetOwner } = yield* RefusedTokens.RefusedTokens
          const loader = yield* contributions(url, tokens)
          const github = yield* service(url, tokens)
          const requests = Effect.map(control.countRequests({ payload: {} }), (counts) => counts.requests)
          assert.deepStrictEqual(yield* github.issueEvidence(ref(1), { since: 0 }), evidence)
          const slot = login === "observer" ? 0 : 1
          const before = yield* requests
          for (const _ of [1, 2, 3, 4]) assert.deepStrictEqual(yield* github.issueEvidence(ref(1), { since: 0 }), evidence)
          const known = (yield* requests) - before
          for (const _ of [1, 2]) assert.deepStrictEqual(yield* loader.load(request), whole)
          assert.include(
            (yield* byOwners).map((one) => `${one.slot} ${one.owner}`),
            `${slot} acme`
          )
          yield* control.refuseByOwner({ payload: { owner: "acme", login, form: null } })
          const healthy = yield* service(url, [tokens[1 - slot] ?? ""])
          const again = yield* requests
          for (const _ of [1, 2, 3, 4]) yield* healthy.issueEvidence(ref(1), { since: 0 })
          assert.strictEqual(known, (yield* requests) - again, "no request is wasted on the token that is refused")
          for (const one of [0, 1]) yield* forgetOwner(one, "acme")
          assert.deepStrictEqual(yield* byOwners, [])
        }
      }).pipe(Effect.provide(RefusedTokens.layer), Effect.provide(Logger.remove(Logger.defaultLogger)))
    )

    it.scopedLive(`(${form}) without another is no answer, or one of a thing that is not there`, () =>
      Effect.gen(function* () {
        const { url, control, tokens, request } = yield* fullStory()
        for (const login of ["observer", "second"]) yield* control.refuseByOwner({ payload: { owner: "acme", login, form } })
        const github = yield* service(url, tokens)
        const round = yield* (yield* contributions(url, tokens)).load(request)
        assert.deepStrictEqual([round.gone, round.missing.length], [[], 2])
        if (form === "hidden") assert.strictEqual((yield* github.issueEvidence(ref(1)))._tag, "RepositoryGone")
        else {
          assert.deepInclude(yield* Effect.flip(github.issueEvidence(ref(1))), { _tag: "GitHubUnavailable", forbidden: true, ill: false })
          // One token is refused and the other gets 404, which proves no absence.
          yield* control.refuseByOwner({ payload: { owner: "acme", login: "second", form: "hidden" } })
          for (const _ of [1, 2])
            assert.deepInclude(yield* Effect.flip((yield* service(url, tokens)).issueEvidence(ref(1))), { forbidden: true })
          const third = yield* contributions(url, tokens)
          assert.deepStrictEqual([(yield* third.load(request)).gone, (yield* third.load(request)).gone], [[], []])
        }
      })
    )
  }

  it.scopedLive("rests while another is limited, and then neither has an answer", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const second = yield* control.createUser({ payload: { login: "second" } })
      yield* control.refuseByOwner({ payload: { owner: "acme", login: "observer", form: "singleSignOn" } })
      yield* control.setRateLimit({ payload: { login: "second", resource: "core", remaining: 0, resetInSeconds: 3_600 } })
      const github = yield* service(url, [observer.token, second.token])
      for (const _ of [1, 2])
        assert.deepInclude(yield* Effect.flip(github.issueForRegistration(ref(1))), { _tag: "GitHubUnavailable", limited: true })
    })
  )
})

describe("the doctor's check of owners", () => {
  it.scopedLive("names who keeps what is theirs from which token, and fails if no token is left", () =>
    Effect.gen(function* () {
      const { url, control, tokens } = yield* fullStory()
      const finding = ownersResult(["Acme/Widgets", "acme/gadgets", "nobody/nothing"]).pipe(
        Effect.withConfigProvider(
          ConfigProvider.fromMap(
            new Map([
              ["GITTENSOR_GITHUB_URL", url],
              ["GITTENSOR_GITHUB_TOKEN", tokens.join(",")]
            ])
          )
        )
      )
      assert.deepInclude(yield* finding, { result: "ok", detail: "GitHub shows each token what belongs to the 2 owners in the roster" })
      yield* control.refuseByOwner({ payload: { owner: "acme", login: "second", form: "singleSignOn" } })
      const some = yield* finding
      assert.strictEqual(some.result, "warning")
      assert.include(some.detail, "an owner in the roster from some tokens (acme from token 2: Resource protected by organization SAML")
      yield* control.refuseByOwner({ payload: { owner: "acme", login: "observer", form: "addresses" } })
      const all = yield* finding
      assert.strictEqual(all.result, "wrong")
      assert.include(all.detail, "from all tokens (acme from token 1, 2: ")
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 403, path: "^/graphql", times: 2 } } })
      assert.include((yield* Effect.flip(finding)).message, "ask which repositories a token may read")
    })
  )
})

describe("what owners refuse", () => {
  const refusal = { slot: 0, owner: "acme", why: "no" }

  it.effect("counts for an hour, is told once, and is counted", () => {
    const logged: Array<string> = []
    const recording = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => {
        logged.push(String(message))
      })
    )
    return Effect.gen(function* () {
      const { byOwners, noteOwner } = yield* RefusedTokens.make(true)
      yield* noteOwner(refusal)
      yield* TestClock.adjust("30 minutes")
      yield* noteOwner(refusal)
      assert.deepStrictEqual(logged, ["GitHub keeps what belongs to acme from token 1 of GITTENSOR_GITHUB_TOKEN: no"])
      const gauges = (yield* Metric.snapshot).filter(({ metricKey }) => metricKey.name === "gittensor_github_refusing_owners")
      assert.include(JSON.stringify(gauges.map(({ metricState }) => metricState)), '"value":1')
      yield* TestClock.adjust("59 minutes")
      assert.deepStrictEqual(yield* byOwners, [refusal])
      yield* TestClock.adjust("1 minutes")
      assert.deepStrictEqual(yield* byOwners, [])
    }).pipe(Effect.provide(recording))
  })

  it.effect("takes a bounded memory: the oldest is forgotten", () =>
    Effect.gen(function* () {
      const { byOwners, noteOwner } = yield* RefusedTokens.make(false)
      for (let owner = 0; owner < 1_002; owner++) yield* noteOwner({ ...refusal, owner: String(owner) })
      const all = yield* byOwners
      assert.deepStrictEqual([all.length, all[0]?.owner, all.at(-1)?.owner], [1_000, "2", "1001"])
    })
  )

  it("leaves a refused token for the end", () => {
    const all = Tokens.make(["a", "b"].map((one) => Redacted.make(one)))
    const choose = (tried: ReadonlyArray<number>, refused: ReadonlyArray<number>) =>
      Tokens.choose(all, "core", 0, 0, 0, { tried: new Set(tried), refused: new Set(refused) })
    assert.deepStrictEqual(choose([], [0]), { _tag: "Use", slot: 1 })
    assert.deepStrictEqual(choose([1], [0]), { _tag: "Use", slot: 0 })
    assert.deepStrictEqual(choose([], [0, 1]), { _tag: "Use", slot: 0 })
    assert.deepStrictEqual(choose([0, 1], []), { _tag: "AllTried" })
  })
})
