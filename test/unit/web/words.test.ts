/** What the page tells maintainers of who runs it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { markup } from "../../support/web/markup.ts"

describe("who runs the page", () => {
  it.effect("is said with a link that opens a letter or a page, and not at all where nobody said it", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* markup("Contact", { contact: "owner@gittensor.example" }),
        'Who runs this answers at <a href="mailto:owner@gittensor.example">owner@gittensor.example</a>.'
      )
      assert.include(yield* markup("Contact", { contact: "https://gittensor.example/us" }), 'href="https://gittensor.example/us"')
      assert.strictEqual(yield* markup("Contact", { contact: null }), "")
    })
  )
})
