/** What the demo prints: the story, or every step. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Narrator from "../../../lab/demo/Narrator.ts"

/** What is written while steps are told. `isTTY`: to a terminal. */
const told = (tellsAll: boolean, isTTY: boolean) =>
  Effect.gen(function* () {
    const written: Array<string> = []
    yield* Effect.gen(function* () {
      const narrator = yield* Narrator.Narrator
      yield* narrator.page("http://127.0.0.1:8080")
      yield* narrator.step({ actor: "owner", text: "adds validator 1" })
      yield* narrator.step({ actor: "contract", text: "starts competition 1", isStory: true })
      yield* narrator.note("the chain stands still")
      yield* narrator.progress("challenge period", 1, 2, 5)
    }).pipe(Effect.provide(Narrator.layer({ isTTY, write: (text) => written.push(text) }, tellsAll)))
    return written.join("")
  })

describe("the demo's narrator", () => {
  it.effect("tells the story and what is the matter, and the rest only where all is told", () =>
    Effect.gen(function* () {
      const story = yield* told(false, false)
      assert.include(story, "starts competition 1")
      assert.include(story, "the chain stands still")
      assert.notInclude(story, "adds validator 1")
      assert.include(yield* told(true, false), "adds validator 1")
    })
  )

  it.effect("keeps the page's address in view on a terminal", () =>
    Effect.gen(function* () {
      const drawn = (yield* told(false, true)).split("\r").find((part) => part.includes("challenge period"))
      assert.match(drawn ?? "", /3 blocks left.*http:\/\/127\.0\.0\.1:8080/)
    })
  )
})
