/** The HTML of one of the page's components that asks no endpoint. */
import { resolve } from "node:path"
import { assert } from "@effect/vitest"
import { Effect, Predicate } from "effect"

const components = resolve(import.meta.dirname, "../../../web/src/components")

/** Loaded by name, without types: only the page's own project of TypeScript knows JSX, and React's types change those of the browser. */
const functionIn = (file: string, name: string) =>
  Effect.map(
    Effect.promise((): Promise<unknown> => import(file)),
    (loaded) => {
      const found = Predicate.hasProperty(loaded, name) ? loaded[name] : undefined
      return Predicate.isFunction(found) ? (argument: unknown): unknown => found(argument) : assert.fail(`no ${name} in ${file}`)
    }
  )

export const markup = (name: string, props: object) =>
  Effect.gen(function* () {
    const component = yield* functionIn(`${components}/${name}.tsx`, name)
    const render = yield* functionIn("react-dom/server", "renderToStaticMarkup")
    return String(render(component(props)))
  })
