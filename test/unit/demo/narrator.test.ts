/** What the demo prints: the story, or every step. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Narrator from "../../../lab/demo/Narrator.ts"

/** What is written while steps are told. `isTTY`: to a terminal. */
const told = (tellsAll: boolean, isTTY: boolean) =>
  Effect.gen(function* () {
    const written: Array<string> = []
    yield* Effect.gen(function* () {
      const narrator = yield* Narrator.Narrator
      yield* narrator.page("http://127.0.0.1:8080")
      yield* narrator.step({ actor: "owner", text: "adds validator 1" })
      yield* narrator.step({ actor: "contract", text: "starts match 1", isStory: true })
      yield* narrator.note("the chain stands still")
      yield* narrator.progress("votes stand", 1, 2, 5)
    }).pipe(Effect.provide(Narrator.layer({ isTTY, write: (text) => written.push(text) }, tellsAll)))
    return written.join("")
  })

describe("the demo's narrator", () => {
  it.effect("tells the story and what is the matter, and the rest only where all is told", () =>
    Effect.gen(function* () {
      const story = yield* told(false, false)
      assert.include(story, "starts match 1")
      assert.include(story, "the chain stands still")
      assert.notInclude(story, "adds validator 1")
      assert.include(yield* told(true, false), "adds validator 1")
    })
  )

  it.effect("says every ten seconds what the set-up does, until the story begins", () =>
    Effect.gen(function* () {
      const written: Array<string> = []
      const take = () => written.splice(0).join("")
      const tell = (tellsAll: boolean) =>
        Effect.gen(function* () {
          const narrator = yield* Narrator.Narrator
          yield* TestClock.adjust("9 seconds")
          yield* narrator.note("a note")
          assert.include(take(), "a note")
          yield* narrator.step({ actor: "owner", text: "adds validator 1" })
          yield* narrator.step({ actor: "owner", text: "adds validator 2" })
          if (tellsAll) take()
          yield* TestClock.adjust("9 seconds")
          assert.strictEqual(take(), "")
          yield* TestClock.adjust("1 seconds")
          const [first, second] = [take(), yield* Effect.map(TestClock.adjust("10 seconds"), take)]
          for (const heard of [first, second])
            if (tellsAll) assert.strictEqual(heard, "")
            else assert.match(heard, /^[^\n]*setting the stage: owner: adds validator 2[^\n]*\n$/)
          yield* narrator.begin
          yield* TestClock.adjust("1 minutes")
          assert.strictEqual(take(), "")
        }).pipe(Effect.provide(Narrator.layer({ isTTY: false, write: (text) => written.push(text) }, tellsAll)))
      yield* tell(false)
      yield* tell(true)
    })
  )

  it.effect("keeps the page's address in view on a terminal", () =>
    Effect.gen(function* () {
      const drawn = (yield* told(false, true)).split("\r").find((part) => part.includes("votes stand"))
      assert.match(drawn ?? "", /3 blocks left.*http:\/\/127\.0\.0\.1:8080/)
    })
  )
})
