/** The versions of GitHub's REST API. A request names its version in a header; the default is the oldest. */
import { Context } from "effect"

export const API_VERSIONS = ["2022-11-28", "2026-03-10"] as const
export type ApiVersionName = (typeof API_VERSIONS)[number]

/** The API version of the current request. */
export class ApiVersion extends Context.Reference<ApiVersion>()("gittensor/GitHubStandIn/ApiVersion", {
  defaultValue: (): ApiVersionName => API_VERSIONS[0]
}) {}

/** The version in a request's header; undefined if GitHub does not support it. */
export const apiVersionOf = (header: string | undefined): ApiVersionName | undefined =>
  header === undefined ? API_VERSIONS[0] : API_VERSIONS.find((name) => name === header)

/** GitHub's message for an unsupported version. */
export const unservedVersion = (header: string): string => {
  const served = API_VERSIONS.toReversed().map((name, place) => `"${name}"${place === 0 ? " (most recent)" : ""}`)
  return `The version you specified in the "X-GitHub-API-Version" request header, "${header}", is not a supported version. The following versions are currently supported: ${served.join(", ")}.`
}
