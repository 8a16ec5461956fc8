/** What a pull request lacks of its repository's policy. It rejects nothing: maintainers decide. */
import { isProductPath } from "../../../domain/filePaths.ts"
import type { PolicyLack, RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import { quoteText } from "../gate.ts"
import { isTestFile } from "../repositoryFiles.ts"
import { policyOf, policyTexts } from "./policy.ts"
import { AI_WORDS, type PolicyText, policyKind } from "./policyFiles.ts"
import { ownWords, templateLack } from "./template.ts"

/** A pull request, perhaps unfinished. */
export interface WrittenPullRequest {
  readonly title: string
  /** null: not written yet, so it is not checked. */
  readonly description: string | null
  readonly messages: ReadonlyArray<string>
  /** The paths that it changes. */
  readonly paths: ReadonlyArray<string>
  /** Whether the base has tests. */
  readonly hasTests: boolean
}

const ISSUE_NAMED = /(?:^|[^\w&/])(?:#|GH-)\d{1,10}\b|\/(?:issues|browse)\/\w|\b[\w.-]{1,100}\/[\w.-]{1,100}#\d{1,10}\b/i

/** Marks that tools leave, and phrases by which people disclose them. */
const MADE_WITH = /\b(?:co-authored-by|assisted-by|generated[- ](?:with|by)|written (?:with|by)|(?:help|assistance) (?:of|from|by))\b/i
const NOT_MADE = /\b(?:no|not|none|without|never)\b/i

const aiLack = (
  { rule, path, quote }: NonNullable<RepositoryPolicy["ai"]>,
  own: { readonly text: string; readonly isAnswered: boolean },
  isWritten: boolean
): ReadonlyArray<PolicyLack> => {
  const lines = own.text.split("\n").filter((line) => AI_WORDS.test(line))
  const made = lines.find((line) => MADE_WITH.test(line) && !NOT_MADE.test(line))
  if (rule === "none" && made !== undefined)
    return [{ rule: "ai", path, shown: `pull requests made with AI are refused (${quote}), and this one says: ${quoteText(made)}` }]
  return rule === "disclosed" && isWritten && lines.length === 0 && !own.isAnswered
    ? [{ rule: "ai", path, shown: `neither the description nor a commit message says whether AI was used, and with which tool (${quote})` }]
    : []
}

const SOURCE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|pyx|rb|go|rs|java|kts?|scala|groovy|clj|c|h|cc|cpp|cxx|hh|hpp|m|mm|swift|cs|fs|vb|php|pl|pm|lua|r|jl|ex|exs|erl|hs|ml|dart|zig|nim|sol|sh|sql)$/i

const isSource = (path: string): boolean => SOURCE.test(path) && isProductPath(path) && !isTestFile(path)

/** Folders whose subfolders are separate areas. */
const AREA_FOLDERS: ReadonlySet<string> = new Set(["packages", "crates", "apps", "libs", "modules", "plugins", "services", "extensions"])
/** The most areas that a focused pull request touches. */
const MOST_AREAS = 3

/** The area of the repository that a source file belongs to; "" for the root. */
const areaOf = (path: string): string => {
  const [first = "", second = "", ...rest] = path.split("/")
  if (second === "") return ""
  return AREA_FOLDERS.has(first) && rest.length > 0 ? `${first}/${second}` : first
}

/** The policy in the files, and what a pull request lacks of it. */
export const lacksOf = (texts: ReadonlyArray<PolicyText>, pull: WrittenPullRequest) => {
  const policy = policyOf(texts)
  const templates = policyTexts(texts).filter(({ path }) => policyKind(path) === "template")
  const isWritten = pull.description !== null
  const own = ownWords(templates, pull.description ?? "", AI_WORDS)
  const words = { text: [pull.title, own.text, ...pull.messages].join("\n"), isAnswered: own.isAnswered }
  const unfilled = pull.description === null ? undefined : templateLack(templates, pull.description)
  const sources = pull.paths.filter(isSource)
  const areas = [...new Set(sources.map(areaOf))].filter((area) => area !== "").toSorted()
  const lacks: ReadonlyArray<PolicyLack> = [
    ...(unfilled === undefined ? [] : [{ rule: "template", path: unfilled.path, shown: quoteText(unfilled.shown) } as const]),
    ...(policy.ai === null ? [] : aiLack(policy.ai, words, isWritten)),
    ...(policy.issue !== null && isWritten && !ISSUE_NAMED.test(words.text)
      ? [{ rule: "issue", path: policy.issue.path, shown: `no issue is linked (${policy.issue.quote})` } as const]
      : []),
    ...(pull.hasTests && sources.length > 0 && !pull.paths.some(isTestFile)
      ? [{ rule: "tests", path: null, shown: "the repository has tests, and no test is changed or added" } as const]
      : []),
    ...(areas.length > MOST_AREAS
      ? [
          {
            rule: "one-thing",
            path: null,
            shown: `${areas.length} parts of the repository are changed: ${quoteText(areas.join(", "))}`
          } as const
        ]
      : [])
  ]
  return { policy, lacks }
}
