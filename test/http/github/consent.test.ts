/** Whether maintainers want a bounty, as the simulated GitHub shows it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Remark } from "../../../lab/devnet/github/state/State.ts"
import { consentOf } from "../../../src/domain/consent.ts"
import { IssueRef } from "../../../src/domain/IssueRef.ts"
import { at, service, story, WIDGETS } from "../../support/github/story.ts"

/** A repository with this file, and requests about its first issue. */
const scene = (file?: string) =>
  Effect.gen(function* () {
    const { control, observer, url } = yield* story({
      repositoryFiles: { "README.md": "Widgets\n", ...(file === undefined ? {} : { ".gittensor.yml": file }) }
    })
    const github = yield* service(url, [observer.token])
    const ref = new IssueRef(at(1))
    const label = (by: string, label: string) => control.remark({ payload: { ...at(1), by, remark: { _tag: "Labeled", label } } })
    const comment = (by: string, body: string, when?: number) =>
      control.remark({ payload: { ...at(1), by, remark: { _tag: "Commented", body }, ...(when === undefined ? {} : { at: when }) } })
    const pushes = (by: string) =>
      Effect.zipRight(
        control.changeRepository({ payload: { repository: WIDGETS, members: [by] } }),
        control.pushCommit({
          payload: {
            repository: WIDGETS,
            message: "Say more",
            by,
            contents: [{ path: "README.md", base: "Widgets\n", head: "All widgets\n" }]
          }
        })
      )
    const consent = Effect.map(github.consent(ref), (record) => (record === null ? "nothing" : consentOf(record)._tag))
    /** In the record of a match between these accounts. */
    const inMatch = (competitors: ReadonlyArray<number>) =>
      Effect.map(github.issueEvidence(ref, { competitors }), (found) =>
        found._tag === "Found" && found.consent !== undefined ? consentOf(found.consent)._tag : "nothing"
      )
    return { control, label, comment, pushes, consent, inMatch }
  })

describe("consent", () => {
  it.scopedLive("is silent without a word, and asked by who may push", () =>
    Effect.gen(function* () {
      const { comment, consent, label, pushes } = yield* scene()
      assert.strictEqual(yield* consent, "Silent")
      yield* comment("bob", "/gittensor bounty")
      yield* label("bob", "gittensor")
      assert.strictEqual(yield* consent, "Silent", "anybody may wish")
      yield* pushes("ada")
      yield* comment("ada", "/bounty 5")
      assert.strictEqual(yield* consent, "Silent", "another programme's command")
      yield* comment("ada", "/gittensor bounty 5")
      assert.strictEqual(yield* consent, "Asked")
    })
  )

  it.scopedLive("is asked and refused by the file, which names its repository", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flatMap(scene(`bounties: true\nrepository: ${WIDGETS}\n`), ({ consent }) => consent), "Asked")
      assert.strictEqual(yield* Effect.flatMap(scene("bounties: true\n"), ({ consent }) => consent), "Silent")
      const { consent, inMatch } = yield* scene("bounties: false\n")
      assert.deepStrictEqual([yield* consent, yield* inMatch([])], ["Refused", "Refused"])
    })
  )

  it.scopedLive("is refused by a lock, a label and a comment, but not by who competes", () =>
    Effect.gen(function* () {
      const { comment, consent, control, inMatch, label, pushes } = yield* scene()
      const bob = (yield* control.user({ payload: { login: "bob" } })).id
      const remark = (by: string, remark: Exclude<Remark, { readonly _tag: "Renamed" | "Commented" }>) =>
        control.remark({ payload: { ...at(1), by, remark } })
      yield* label("bob", "No Bounty")
      assert.deepStrictEqual([yield* consent, yield* inMatch([]), yield* inMatch([bob])], ["Refused", "Refused", "Silent"])
      yield* remark("bob", { _tag: "Unlabeled", label: "No Bounty" })
      yield* remark("bob", { _tag: "Locked" })
      assert.deepStrictEqual([yield* inMatch([]), yield* inMatch([bob])], ["Refused", "Silent"])
      yield* remark("acme", { _tag: "Unlocked" })
      assert.strictEqual(yield* consent, "Silent")
      yield* comment("cleo", "/gittensor no")
      assert.deepStrictEqual([yield* consent, yield* inMatch([bob])], ["Silent", "Silent"], "a stranger's")
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["bob", "cleo"] } })
      assert.deepStrictEqual([yield* consent, yield* inMatch([bob])], ["Refused", "Refused"], "a collaborator's")
      yield* pushes("ada")
      yield* comment("ada", "/gittensor bounty", Date.now() + 60_000)
      assert.deepStrictEqual([yield* consent, yield* inMatch([bob])], ["Asked", "Asked"], "a newer one of who may push")
      yield* control.remark({
        payload: { ...at(1), by: "ada", remark: { _tag: "Labeled", label: "blocked/gittensor" }, at: Date.now() + 120_000 }
      })
      assert.strictEqual(yield* inMatch([bob]), "Refused")
    })
  )

  it.scopedLive("stays as the project's people left it, however much a competitor with triage rights does after them", () =>
    Effect.gen(function* () {
      const { consent, control, inMatch, label } = yield* scene()
      const bob = (yield* control.user({ payload: { login: "bob" } })).id
      yield* control.createUser({ payload: { login: "dora" } })
      yield* label("dora", "no bounties")
      const off = { _tag: "Unlabeled", label: "no bounties" } as const
      yield* control.remark({ payload: { ...at(1), by: "bob", remark: off } })
      yield* Effect.forEach(
        Array.from({ length: 230 }, (_, n) => n),
        (n) => control.remark({ payload: { ...at(1), by: "bob", remark: { _tag: n % 2 === 0 ? "Labeled" : "Unlabeled", label: "bug" } } })
      )
      assert.deepStrictEqual([yield* consent, yield* inMatch([bob])], ["Silent", "Refused"])
      yield* label("bob", "no bounties")
      yield* control.deleteUser({ payload: { login: "dora" } })
      assert.strictEqual(yield* inMatch([bob]), "Unknown", "GitHub does not show any more who set it")
    })
  )

  it.scopedLive("is read from all of an issue's comments", () =>
    Effect.gen(function* () {
      const { comment, consent, inMatch } = yield* scene()
      yield* comment("acme", "/gittensor no")
      yield* Effect.forEach(
        Array.from({ length: 120 }, (_, n) => `Me too, ${n}`),
        (body) => comment("cleo", body)
      )
      assert.deepStrictEqual([yield* consent, yield* inMatch([])], ["Refused", "Refused"])
    })
  )
})
