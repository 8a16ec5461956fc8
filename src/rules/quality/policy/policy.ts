/**
 * A repository's policy for pull requests, from its files. Prose is matched by words: each rule comes with the sentence that it was read from, so that people
 * can check it.
 */
import type { RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import { CHOICES_FILE, readChoices } from "../../../domain/repositoryChoices.ts"
import { quoted } from "../gate.ts"
import { AI_WORDS, type PolicyText, policyFiles, policyKind, type Sentence, sentencesOf } from "./policyFiles.ts"

const REFUSALS: ReadonlyArray<RegExp> = [
  /\b(?:do not|don['’]t|does not|doesn['’]t|will not|won['’]t|can ?not|can['’]t|no longer|never)\b.{0,40}\b(?:accept|allow|permit|merge)/i,
  /\b(?:do not|don['’]t|must not|may not|never|refrain from)\b.{0,40}\b(?:submit|send|open|contribut|us(?:e|ing)\b)/i,
  /\b(?:prohibited|forbidden|banned|disallowed|not (?:be )?(?:allowed|accepted|permitted|welcome))\b/i,
  /\b(?:declines?|rejects?|bans?|prohibits?|forbids?)\b.{0,60}\b(?:contribut|pull requests?|PRs?\b|patch)/i,
  /\bno (?:[\w-]{1,20} ){0,2}(?:AI|LLMs?|GenAI)\b/i
]
const CONTRIBUTION = /\b(?:code|content|contribut\w*|pull requests?|PRs?|patch(?:es)?|commits?|submissions?|use of)\b/i
/** Words that limit a refusal to less than all AI-made pull requests: only descriptions, only unreviewed code, only undisclosed use. */
const LESSER =
  /\b(?:descriptions?|comments?|respon[ds]\w{0,12}|repl(?:y|ies)|reviews?|translat\w{0,12}|disclos\w{0,12}|unless|until|without|unreviewed|understand|explain|co-?author\w{0,12}|entirely|fully|largely|mostly|purely|solely|hallucinat\w{0,12}|unsupervised|low[- ]\w{1,20}|slop|sign\w{0,12}|proprietary|were used)\b/i

const refusesAi = ({ text }: Sentence): boolean =>
  AI_WORDS.test(text) && CONTRIBUTION.test(text) && !LESSER.test(text) && REFUSALS.some((pattern) => pattern.test(text))

const DISCLOSURE = /\b(?:disclos\w{0,12}|assisted-by)\b/i
const SAYING =
  /\b(?:declared?|acknowledged?|indicate|mention|specify|state (?:the|that|which|whether)|say so|tell us|mark(?:ed)? (?:it|as)|label(?:l?ed)?)\b/i
const NOT_ASKED = /\b(?:do not|don['’]t|does not|doesn['’]t|not|no|never)\b.{0,30}\b(?:disclos|requir|need|have to|must)|vulnerab/i

const asksToDisclose = ({ isAboutAi, text }: Sentence): boolean => {
  const isAi = AI_WORDS.test(text)
  return !NOT_ASKED.test(text) && ((DISCLOSURE.test(text) && (isAi || isAboutAi)) || (SAYING.test(text) && isAi))
}

const ISSUE = /\b(?:issues?|tickets?)\b/i
const LINKED =
  /\b(?:link|linked|references?|referenced|refer|mention|associated|corresponding|(?:open|create|file|discuss)(?:s|ed|ing)? (?:it in )?an issue)\b/i
const OBLIGED = /\b(?:must|should|shall|please|required?|requires|needs?|always|every|all|before|first|only)\b/i
const PULL_REQUEST = /\b(?:pull requests?|PRs?|patch(?:es)?|commits?|contributions?)\b/i
const NOT_ALWAYS = /\b(?:optional|not|no|if|when|unless|without|bugs?)\b|n['’]t\b/i
/** "Fixes #" without a number: the placeholder of a template. */
const ISSUE_PLACE = /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):? {0,3}#(?:\D|$)/i

const asksForIssue = ({ path, text }: Sentence): boolean =>
  (policyKind(path) === "template" && ISSUE_PLACE.test(text) && !/optional|if a/i.test(text)) ||
  (ISSUE.test(text) && LINKED.test(text) && OBLIGED.test(text) && PULL_REQUEST.test(text) && !NOT_ALWAYS.test(text))

const asked = ({ path, text }: Sentence) => ({ path, quote: quoted(text) })

const aiOf = (texts: ReadonlyArray<PolicyText>, sentences: ReadonlyArray<Sentence>): RepositoryPolicy["ai"] => {
  const choices = texts.find(({ path }) => path === CHOICES_FILE)
  const chosen = choices === undefined ? null : readChoices(choices.text).ai
  if (chosen !== null) return { rule: chosen, path: CHOICES_FILE, quote: `ai: ${chosen}` }
  const refusal = sentences.find(refusesAi)
  if (refusal !== undefined) return { rule: "none", ...asked(refusal) }
  // A whole sentence is clearer than a heading.
  const disclosing = sentences.filter(asksToDisclose)
  const best = disclosing.find(({ text }) => OBLIGED.test(text)) ?? disclosing[0]
  return best === undefined ? null : { rule: "disclosed", ...asked(best) }
}

/** The policy files, sorted by path. */
export const policyTexts = (texts: ReadonlyArray<PolicyText>): ReadonlyArray<PolicyText> =>
  texts
    .filter(({ path }) => policyKind(path) !== undefined)
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .slice(0, policyFiles.limits.items)

/** The maintainers' `.gittensor.yml` takes precedence over prose. */
export const policyOf = (texts: ReadonlyArray<PolicyText>): RepositoryPolicy => {
  const own = policyTexts(texts)
  // A separate AI policy takes precedence over a section or a template.
  const sentences = ["ai", "contributing", "template"].flatMap((kind) =>
    own.filter(({ path }) => policyKind(path) === kind).flatMap(sentencesOf)
  )
  const issue = sentences.find(asksForIssue)
  return { read: own.map(({ path }) => path), ai: aiOf(own, sentences), issue: issue === undefined ? null : asked(issue) }
}
