/** Requests with one given token: to learn about that token, not about anything on GitHub. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Effect, type Redacted } from "effect"
import { apiVersionHeader, type GitHubSettings } from "../settings.ts"

/** GETs a path such as `/rate_limit` with this token, or without one. Any status is an answer. */
export const askWith = (
  { url, apiVersion }: Pick<GitHubSettings, "url" | "apiVersion">,
  path: string,
  token: Redacted.Redacted | undefined
) => {
  const request = HttpClientRequest.get(`${url}${path}`).pipe(
    HttpClientRequest.setHeaders({ "user-agent": "gittensor", ...apiVersionHeader(apiVersion) })
  )
  const signed = token === undefined ? request : HttpClientRequest.bearerToken(request, token)
  return Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(signed))
}

/** What a token's rate limits are. The request counts against none of them. */
export const RATE_LIMIT = "/rate_limit"
