/** The page's texts for maintainers about its operator, and about an issue without their consent. */

import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Predicate } from "effect"

/** The HTML of one of the page's components that sends no request. */
const components = resolve(import.meta.dirname, "../../../web/src/components")

/** Imported by a computed name, without types: only the page's own TypeScript project supports JSX, and React's types change the browser's. */
const functionIn = (file: string, name: string) =>
  Effect.map(
    Effect.promise((): Promise<unknown> => import(file)),
    (loaded) => {
      const found = Predicate.hasProperty(loaded, name) ? loaded[name] : undefined
      return Predicate.isFunction(found) ? (argument: unknown): unknown => found(argument) : assert.fail(`no ${name} in ${file}`)
    }
  )

const markup = (name: string, props: object) =>
  Effect.gen(function* () {
    const component = yield* functionIn(`${components}/${name}.tsx`, name)
    const render = yield* functionIn("react-dom/server", "renderToStaticMarkup")
    return String(render(component(props)))
  })

describe("who runs the page", () => {
  it.effect("is said with a link that opens a letter or a page, and not at all where nobody said it", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* markup("Contact", { contact: "owner@gittensor.example" }),
        'The operator answers at <a href="mailto:owner@gittensor.example">owner@gittensor.example</a>.'
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
