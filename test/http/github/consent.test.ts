/** Whether maintainers want a bounty, as the simulated GitHub shows it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
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
    const comment = (by: string, body: string) => control.remark({ payload: { ...at(1), by, remark: { _tag: "Commented", body } } })
    const consent = Effect.map(github.consent(ref), (record) => (record === null ? "nothing" : consentOf(record)._tag))
    /** In the record of a match between these accounts. */
    const inMatch = (competitors: ReadonlyArray<number>) =>
      Effect.map(github.issueEvidence(ref, { competitors }), (found) =>
        found._tag === "Found" && found.consent !== undefined ? consentOf(found.consent)._tag : "nothing"
      )
    return { control, label, comment, consent, inMatch }
  })

describe("consent", () => {
  it.scopedLive("is silent without a word, and asked by who may push", () =>
    Effect.gen(function* () {
      const { comment, consent, control, label } = yield* scene()
      assert.strictEqual(yield* consent, "Silent")
      yield* comment("bob", "/gittensor bounty")
      yield* label("bob", "gittensor")
      assert.strictEqual(yield* consent, "Silent", "anybody may wish")
      const contents = [{ path: "README.md", base: "Widgets\n", head: "All widgets\n" }]
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["ada"] } })
      yield* control.pushCommit({ payload: { repository: WIDGETS, message: "Say more", by: "ada", contents } })
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

  it.scopedLive("is refused by a lock and a label, but not by who competes", () =>
    Effect.gen(function* () {
      const { consent, control, inMatch, label } = yield* scene()
      const bob = (yield* control.user({ payload: { login: "bob" } })).id
      yield* label("bob", "No Bounty")
      assert.deepStrictEqual([yield* consent, yield* inMatch([]), yield* inMatch([bob])], ["Refused", "Refused", "Silent"])
      yield* control.remark({ payload: { ...at(1), by: "bob", remark: { _tag: "Unlabeled", label: "No Bounty" } } })
      yield* control.remark({ payload: { ...at(1), by: "bob", remark: { _tag: "Locked" } } })
      assert.deepStrictEqual([yield* inMatch([]), yield* inMatch([bob])], ["Refused", "Silent"])
      yield* control.remark({ payload: { ...at(1), by: "acme", remark: { _tag: "Unlocked" } } })
      assert.strictEqual(yield* consent, "Silent")
    })
  )
})
