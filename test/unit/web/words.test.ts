/** What the page tells maintainers of who runs it, and of an issue that they did not ask for. */
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

describe("an issue that its maintainers did not ask for", () => {
  it.effect("has the owner's reason, as text, and nothing where the owner said nothing", () =>
    Effect.gen(function* () {
      const said = yield* markup("WithoutConsent", { why: '<img src=x onerror=alert(1)> "we" use it' })
      assert.strictEqual(
        said,
        '<p class="notice">Registered without the maintainers’ asking. The owner says: <q dir="auto">&lt;img src=x onerror=alert(1)&gt; &quot;we&quot; use it</q></p>'
      )
      assert.strictEqual(yield* markup("WithoutConsent", { why: null }), "")
    })
  )
})
