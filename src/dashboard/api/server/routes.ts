/** Finds the endpoint of a path for any method: for 405 responses, and to bound the label values of metrics. */
import * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"

export interface Route {
  /** An endpoint's name, never client input, so that metrics stay bounded. */
  readonly name: string
}

export type FindRoute = (path: string) => Route | undefined

/** Each `:name` matches one path segment, as a named group. */
export const patternOf = (path: string) =>
  new RegExp(
    `^${path
      .split("/")
      .map((part) => (part.startsWith(":") ? `(?<${part.slice(1)}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
      .join("/")}$`
  )

/** Finds the routes of the API and `others`, which maps paths to names. */
export const makeFindRoute = <Id extends string, Groups extends HttpApiGroup.HttpApiGroup.Any, E, R>(
  api: HttpApi.HttpApi<Id, Groups, E, R>,
  others: Readonly<Record<string, string>>
): FindRoute => {
  const exact = new Map<string, Route>()
  const patterns: Array<readonly [RegExp, Route]> = []
  const add = (path: string, name: string) => {
    if (path.includes(":")) patterns.push([patternOf(path), { name }])
    else exact.set(path, { name })
  }
  HttpApi.reflect(api, { onGroup: () => {}, onEndpoint: ({ endpoint: { name, path } }) => add(path, name) })
  for (const [path, name] of Object.entries(others)) add(path, name)
  return (path) => exact.get(path) ?? patterns.find(([pattern]) => pattern.test(path))?.[1]
}
