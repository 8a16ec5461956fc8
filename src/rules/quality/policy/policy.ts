/**
 * A repository's policy for pull requests, from its files. Whether AI is allowed is read from `.gittensor.yml` only: real policies' sentences cannot be told
 * apart by their words. Whether a linked issue is required is matched by words, and comes with its sentence, so that people can check it.
 */
import type { RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import { CHOICES_FILE, readChoices } from "../../../domain/repositoryChoices.ts"
import { quoteText } from "../gate.ts"
import { AI_WORDS, type PolicyText, policyFiles, policyKind, type Sentence, sentencesOf } from "./policyFiles.ts"

const ISSUE_WORD = /\b(?:issues?|tickets?)\b/i
const LINKED_WORD =
  /\b(?:link|linked|references?|referenced|refer|mention|associated|corresponding|(?:open|create|file|discuss)(?:s|ed|ing)? (?:it in )?an issue)\b/i
const OBLIGED_WORD = /\b(?:must|should|shall|please|required?|requires|needs?|always|every|all|before|first|only)\b/i
const PULL_REQUEST = /\b(?:pull requests?|PRs?|patch(?:es)?|commits?|contributions?)\b/i
const NOT_ALWAYS = /\b(?:optional|not|no|if|when|unless|without|bugs?)\b|n['’]t\b/i
/** "Fixes #" without a number: the placeholder of a template. */
const ISSUE_PLACE = /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):? {0,3}#(?:\D|$)/i

const asksForIssue = ({ path, text }: Sentence): boolean =>
  (policyKind(path) === "template" && ISSUE_PLACE.test(text) && !/optional|if a/i.test(text)) ||
  (ISSUE_WORD.test(text) && LINKED_WORD.test(text) && OBLIGED_WORD.test(text) && PULL_REQUEST.test(text) && !NOT_ALWAYS.test(text))

const asked = ({ path, text }: Pick<Sentence, "path" | "text">) => ({ path, quote: quoteText(text) })

/** An AI policy's own file takes precedence over a heading. */
const unreadAi = (texts: ReadonlyArray<PolicyText>, sentences: ReadonlyArray<Sentence>): RepositoryPolicy["ai"] => {
  const file = texts.find(({ path }) => policyKind(path) === "ai")
  const heading = sentences.find(({ isHeading, text }) => isHeading && AI_WORDS.test(text))
  const found = file === undefined ? heading : { path: file.path, text: sentencesOf(file)[0]?.text ?? file.path }
  return found === undefined ? null : { rule: "unread", ...asked(found) }
}

const aiOf = (texts: ReadonlyArray<PolicyText>, sentences: ReadonlyArray<Sentence>): RepositoryPolicy["ai"] => {
  const choices = texts.find(({ path }) => path === CHOICES_FILE)
  const chosen = choices === undefined ? null : readChoices(choices.text).ai
  return chosen === null ? unreadAi(texts, sentences) : { rule: chosen, path: CHOICES_FILE, quote: `ai: ${chosen}` }
}

/** The policy files, sorted by path. */
export const policyTexts = (texts: ReadonlyArray<PolicyText>): ReadonlyArray<PolicyText> =>
  texts
    .filter(({ path }) => policyKind(path) !== undefined)
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .slice(0, policyFiles.limits.items)

/** The policy that these files state. The maintainers' `.gittensor.yml` takes precedence over other documents. */
export const policyOf = (texts: ReadonlyArray<PolicyText>): RepositoryPolicy => {
  const own = policyTexts(texts)
  // CONTRIBUTING takes precedence over templates.
  const sentences = ["contributing", "template"].flatMap((kind) => own.filter(({ path }) => policyKind(path) === kind).flatMap(sentencesOf))
  const issue = sentences.find(asksForIssue)
  return { read: own.map(({ path }) => path), ai: aiOf(own, sentences), issue: issue === undefined ? null : asked(issue) }
}
