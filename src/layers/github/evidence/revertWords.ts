/**
 * What a text says it takes back or brings again, in all the words that git, GitHub, conventional commits and people use. Words alone decide nothing: they only say
 * which changes to compare. So whose repository an address names does not matter; a former name is as good as the present one.
 */

export interface Named {
  /** Commits by (the start of) their hashes, in lower case. */
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
  /** Headlines, as `plainTitle` gives them; of what a text says: the sentences in which headlines may be. */
  readonly titles: ReadonlyArray<string>
}

const NOTHING: Named = { commits: [], pullRequests: [], titles: [] }

/** Nobody writes more about a revert. */
const MOST_TEXT = 20_000

const WORDS = [
  "(?:un-?|re-?)?revert(?:s|ed|ing)?",
  "re-?appl(?:y|ies|ied|ying)",
  "(?:re|un)-?land(?:s|ed|ing)?",
  "(?:un|re)-?(?:do|does|did|done|doing)",
  "(?:back(?:s|ed|ing)?|roll(?:s|ed|ing)?)[ -]?(?:out|back)",
  "(?:take|takes|took|taking|taken) back",
  "re-?(?:instat|introduc|stor)(?:e|es|ed|ing)",
  "re-?add(?:s|ed|ing)?"
]
const REVERT = new RegExp(`\\b(?:${WORDS.join("|")})\\b`, "i")

/** Before such a word, these make it talk of what is not done. */
const HEDGE = /\b(?:could|would|should|might|may|can|cannot|instead|rather|not|never|without|if|whether|avoids?|unless|how)\b|n't\b/i

/** Where a reverted merge came from. */
const ORIGIN = /\breversing\s+changes\s+made\s+to\s+[0-9a-f]{7}[0-9a-f]*/gi

const REFERENCES = /\b[0-9a-f]{7,64}\b|(?:#|\bgh-|\/pull\/|\bpr |\bpull request )(\d{1,9})\b/gi

/** The number that GitHub appends to the headline of a squashed commit. */
const OWN_NUMBER = /\s\(#(\d{1,9})\)\s{0,9}$/

const firstLineOf = (text: string): string => text.split("\n", 1)[0] ?? ""

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim()

/** The words of a headline without its own number. */
export const plainTitle = (headline: string): string => plain(headline.replace(OWN_NUMBER, ""))

/** The pull requests that a commit's headline says it comes from: `Title (#57)` or `Merge pull request #57 from …`. */
export const broughtBy = (message: string): ReadonlyArray<number> => {
  const headline = firstLineOf(message)
  const number = OWN_NUMBER.exec(headline)?.[1] ?? /^Merge pull request #(\d{1,9}) /.exec(headline)?.[1]
  return number === undefined ? [] : [Number(number)]
}

const referencesIn = (text: string): Pick<Named, "commits" | "pullRequests"> => {
  const matches = [...text.matchAll(REFERENCES)]
  return {
    commits: matches.flatMap(([hash, number]) => (number === undefined ? [hash.toLowerCase()] : [])),
    pullRequests: matches.flatMap(([, number]) => (number === undefined ? [] : [Number(number)]))
  }
}

const isSaidIn = (sentence: string): boolean => {
  const at = sentence.search(REVERT)
  return at !== -1 && !HEDGE.test(sentence.slice(0, at))
}

const said = (text: string): Named => ({ ...referencesIn(text), titles: [plain(text)] })

/** What a paragraph says, from the first sentence on that speaks of a revert. */
const namedIn = (paragraph: string): Named => {
  const sentences = paragraph.split(/(?<=[.;!?])\s/)
  const first = sentences.findIndex(isSaidIn)
  return first === -1 ? NOTHING : said(sentences.slice(first).join(" "))
}

/** What a commit's message, or a pull request's title and description, names as reverted or brought again. */
export const namesIn = (text: string): Named => {
  const [headline = "", ...body] = text.slice(0, MOST_TEXT).replaceAll("\r", "").replaceAll(ORIGIN, "").split("\n")
  const own = headline.replace(OWN_NUMBER, "")
  // A headline that announces a revert may leave it to what follows to say of what (https://www.conventionalcommits.org/en/v1.0.0/#specification).
  return isSaidIn(own)
    ? said([own, ...body].join("\n"))
    : together(
        body
          .join("\n")
          .split(/\n[ \t]*\n/)
          .map(namedIn)
      )
}

/** Whether a text that names something means a change with these names. */
export const means = (said: Named, names: Named): boolean =>
  said.commits.some((start) => names.commits.some((oid) => oid.startsWith(start))) ||
  said.pullRequests.some((number) => names.pullRequests.includes(number)) ||
  said.titles.some((text) => names.titles.some((title) => title !== "" && ` ${text} `.includes(` ${title} `)))

/** All names of several. */
export const together = (all: ReadonlyArray<Named>): Named => ({
  commits: all.flatMap(({ commits }) => commits),
  pullRequests: all.flatMap(({ pullRequests }) => pullRequests),
  titles: all.flatMap(({ titles }) => titles)
})
