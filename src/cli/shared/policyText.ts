/** What a repository asks of pull requests, in words. */
import type { RepositoryPolicy } from "../../domain/quality/RepositoryPolicy.ts"
import { paragraph } from "../../layers/terminal/paragraph.ts"
import { quoted } from "../../quality/rules/gate.ts"

const AI = { none: "made with AI are refused", disclosed: "say whether AI was used", any: "may be made with AI" } as const

/** Indented lines, for what is shown of a pull request or an issue. */
export const policyLines = ({ read, ai, issue }: RepositoryPolicy, indent = 2): ReadonlyArray<string> => {
  if (read.length === 0) return [`${" ".repeat(indent)}no rules for pull requests are among its files`]
  return [
    `read ${read.map(quoted).join(", ")}`,
    ...(ai === null ? [] : [`pull requests ${AI[ai.rule]} (${quoted(ai.path)}: ${ai.quote})`]),
    ...(issue === null ? [] : [`pull requests link an issue (${quoted(issue.path)}: ${issue.quote})`])
  ].flatMap((line) => paragraph(line, indent, indent + 2))
}
