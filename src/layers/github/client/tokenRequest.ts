/** Requests with one given token, to learn about the token itself. */
import { Option, Redacted, Schema } from "effect"
import { type Answer, answerTo } from "../../machine/http/boundedAnswer.ts"
import { apiVersionHeader, type GitHubSettings } from "../settings.ts"
import { gitHubAnswers, type LimitKind, limitIn } from "./answers.ts"

/** GETs a path such as `/rate_limit`, or POSTs a body to it, with this token or without one. Any status is an answer. */
export const askWith = (
  { url, apiVersion, timeout = gitHubAnswers.limits.time }: Pick<GitHubSettings, "url" | "apiVersion"> & Partial<GitHubSettings>,
  path: string,
  token: Redacted.Redacted | undefined,
  body?: string
) => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${Redacted.value(token)}` }
  const headers = { "user-agent": "gittensor", ...apiVersionHeader(apiVersion), ...authorization }
  return answerTo(
    { url: `${url}${path}`, headers, ...(body === undefined ? {} : { method: "POST", body }) },
    { ...gitHubAnswers.limits, time: timeout }
  )
}

const decodeJson = Schema.decodeUnknownOption(Schema.parseJson())

/** The rate limit that the token has met, if the answer shows one. */
export const limitMet = ({ status, headers, bytes }: Answer): LimitKind | undefined =>
  limitIn({ status, headers, data: Option.getOrNull(decodeJson(bytes.toString("utf8"))) })

/** The path of a token's rate limits. The request counts against none of them. */
export const RATE_LIMIT = "/rate_limit"
