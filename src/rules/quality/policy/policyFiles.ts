/** The files that state a repository's policy for pull requests, and their sentences. */
import { CHOICES_FILE } from "../../../domain/repositoryChoices.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"

export const policyFiles = strangersBytes({
  what: "a repository's CONTRIBUTING, pull request templates and AI policy, and a pull request's description",
  writtenBy: "the repository's writers, and the pull request's author",
  readIn: "this process",
  limits: { bytes: 65_536, items: 20, also: "longer texts are cut; each line is read once" },
  test: "test/unit/quality/policy.test.ts"
})

export interface PolicyText {
  readonly path: string
  readonly text: string
}

export type PolicyKind = "choices" | "contributing" | "template" | "ai"

/** Where GitHub looks for such files: https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions. */
const FOLDERS: ReadonlySet<string> = new Set(["", ".github", "docs"])
const TEMPLATE = "pull_request_template"
const CONTRIBUTING: ReadonlySet<string> = new Set(["contributing", "contribute"])
const AI: ReadonlySet<string> = new Set(["ai", "genai", "llm", "llms"])
const POLICY: ReadonlySet<string> = new Set(["policy", "policies", "guideline", "guidelines", "usage", "disclosure"])
const EXTENSION = /\.(?:md|markdown|mdx|rst|txt|adoc)$/

/** The kind of policy that a file states, by its path; undefined: none. */
export const policyKind = (path: string): PolicyKind | undefined => {
  if (path === CHOICES_FILE) return "choices"
  const parts = path.toLowerCase().split("/")
  const name = (parts.pop() ?? "").replace(EXTENSION, "")
  const isOneOfSeveral = parts.at(-1) === TEMPLATE
  if (isOneOfSeveral) parts.pop()
  if (!FOLDERS.has(parts.join("/"))) return undefined
  if (isOneOfSeveral || name === TEMPLATE) return "template"
  if (CONTRIBUTING.has(name)) return "contributing"
  const words = name.split(/[-_. ]/)
  return words.some((word) => AI.has(word)) && words.some((word) => POLICY.has(word)) ? "ai" : undefined
}

/** The usual paths, for repositories whose files cannot be listed. */
export const USUAL_PATHS: ReadonlyArray<string> = [
  CHOICES_FILE,
  ...["", ".github/", "docs/"].flatMap((folder) =>
    ["CONTRIBUTING.md", "PULL_REQUEST_TEMPLATE.md", "pull_request_template.md", "AI_POLICY.md", "AI-POLICY.md"].map((name) => folder + name)
  )
]

export const shortenedFile = (text: string): string => text.slice(0, policyFiles.limits.bytes).replaceAll("\r", "")

/** Words for AI-written or AI-assisted work. */
export const AI_WORDS =
  /\b(?:AI|LLMs?|GenAI|artificial intelligence|language models?|ChatGPT|GPT|Copilot|Claude|Codex|Gemini|coding agents?|agentic)\b/i

export interface Sentence {
  readonly path: string
  readonly text: string
  readonly isHeading: boolean
}

const CODE_FENCE = /^\s{0,3}(?:```|~~~)/
const HEADING = /^(#{1,6}|={1,6})[ \t]+/
/** What Markdown and reStructuredText write below a heading. */
const UNDERLINE = /^(?:={3,}|-{3,})\s*$/
/** Prefixes of a Markdown line or a comment that are not words. */
const DECORATION = /^[\s>]*(?:<!--)?\s*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]\]\s+)?/
const STARTS_ITEM_OR_COMMENT = /^[\s>]*(?:[-*+]\s|\d{1,3}[.)]\s|<!--)/
/** Longer sentences are cut. */
const LONGEST_SENTENCE = 500

/** The sentences of a file outside of code blocks, including headings and comments. */
export const sentencesOf = ({ path, text }: PolicyText): ReadonlyArray<Sentence> => {
  const found: Array<Sentence> = []
  let paragraph: Array<string> = []
  let isCode = false
  const end = (isHeading = false): void => {
    const whole = paragraph.join(" ").replaceAll(/[*_`]/g, "").replaceAll("-->", "")
    paragraph = []
    for (const one of whole.replaceAll(/([.!?])\s/g, "$1\n").split("\n")) {
      const sentence = one.trim().slice(0, LONGEST_SENTENCE)
      if (sentence !== "") found.push({ path, text: sentence, isHeading })
    }
  }
  for (const line of shortenedFile(text).split("\n")) {
    const marks = HEADING.exec(line)?.[1]
    if (CODE_FENCE.test(line)) isCode = !isCode
    else if (isCode) continue
    else if (marks !== undefined) {
      end()
      paragraph.push(line.slice(marks.length).trim())
      end(true)
    } else if (UNDERLINE.test(line) && paragraph.length <= 1) end(true)
    else if (line.trim() === "") end()
    else {
      if (STARTS_ITEM_OR_COMMENT.test(line)) end()
      paragraph.push(line.replace(DECORATION, "").slice(0, LONGEST_SENTENCE))
    }
  }
  end()
  return found
}
