/** Why an index may lack titles, pull requests and accounts from GitHub. */
import { Schema } from "effect"

/**
 * - refused: GitHub does not know one of the index's tokens.
 * - unanswered: GitHub answers nothing, or only errors.
 * - limited: the index's share of GitHub's rate limit is used up, and more is due.
 * - anonymous: the index has no token, so pull requests are not known, and 60 requests an hour are answered.
 */
export const GitHubTrouble = Schema.Literal("refused", "unanswered", "limited", "anonymous")
export type GitHubTrouble = typeof GitHubTrouble.Type

/** What is missing and why, in a sentence for the operator. */
export const GITHUB_TROUBLES: Readonly<Record<GitHubTrouble, string>> = {
  refused: "GitHub does not know a token of the index (status 401): titles, pull requests and accounts may be old or missing",
  unanswered: "GitHub does not answer the index: titles, pull requests and accounts may be old or missing",
  limited:
    "the index has used its share of GitHub's rate limit: some titles, pull requests and accounts are old or missing until GitHub answers more",
  anonymous: "without GITTENSOR_GITHUB_TOKEN the index knows no pull requests, and GitHub answers 60 requests an hour"
}
