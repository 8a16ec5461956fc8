/** A repository's policy for pull requests, from GitHub and as text. */
import { Effect, Schema } from "effect"
import { RepositoryName } from "../../domain/IssueRef.ts"
import type { AiRule, RepositoryPolicy } from "../../domain/quality/RepositoryPolicy.ts"
import type { ReadTexts } from "../../layers/github/repositoryTexts.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { quoteText } from "../../rules/quality/gate.ts"
import { policyOf } from "../../rules/quality/policy/policy.ts"
import { USUAL_PATHS } from "../../rules/quality/policy/policyFiles.ts"

/** Timeout for GitHub; the rest of an answer does not need it. */
const GITHUB_TIMEOUT = "10 seconds"

/** The policy in the usual files of the default branch; null: GitHub does not answer, or there is no token. */
export const policyOnGitHub = Effect.fn("policyOnGitHub")(
  function* (read: ReadTexts, repository: string) {
    return policyOf(yield* read(yield* Schema.decodeUnknown(RepositoryName)(repository), USUAL_PATHS))
  },
  Effect.timeout(GITHUB_TIMEOUT),
  Effect.orElseSucceed(() => null)
)

const AI: Readonly<Record<AiRule, string>> = {
  none: "pull requests made with AI are refused",
  disclosed: "pull requests say whether AI was used",
  any: "pull requests may be made with AI",
  unread: "there is a policy about AI that this program did not read: read it yourself"
}

/** Indented lines for the output about a pull request or an issue. */
export const policyLines = ({ read, ai, issue }: RepositoryPolicy): ReadonlyArray<string> => {
  if (read.length === 0) return ["  no rules for pull requests are among the usual files"]
  return [
    `read ${read.map(quoteText).join(", ")}`,
    ...(ai === null ? [] : [`${AI[ai.rule]} (${quoteText(ai.path)}: ${ai.quote})`]),
    ...(issue === null ? [] : [`pull requests link an issue (${quoteText(issue.path)}: ${issue.quote})`])
  ].flatMap((line) => paragraph(line, 2, 4))
}
