/** Groups of endpoints, and an endpoint, all of which are read by GET. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"

/** A group without endpoints. `title` and `description` are for the API's documents. */
export const group = <const Name extends string>(name: Name, title: string, description: string) =>
  HttpApiGroup.make(name).annotateContext(OpenApi.annotations({ title, description }))

/** `summary`: what the endpoint answers, in one line of the API's documents. */
export const get = <const Name extends string>(name: Name, path: HttpApiEndpoint.PathSegment, summary: string) =>
  HttpApiEndpoint.get(name, path).annotateContext(OpenApi.annotations({ summary }))
