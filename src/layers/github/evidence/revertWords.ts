/**
 * What a text says it takes back or brings again, in all the words that git, GitHub, conventional commits and people use. Words alone decide nothing: they only say
 * which changes to compare. So whose repository an address names does not matter; a former name is as good as the present one.
 */

export interface Named {
  /** Commits by (the start of) their hashes, in lower case. */
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
  /** Headlines, as `plainTitle` gives them. */
  readonly titles: ReadonlyArray<string>
}

const NOTHING: Named = { commits: [], pullRequests: [], titles: [] }

/** Nobody writes more about a revert. */
const MOST_TEXT = 20_000

/** How a sentence about a revert begins, perhaps after a conventional commit's type. */
const BEGINS =
  /^\W{0,3}(?:[a-z]{1,12}(?:\([^()]{0,60}\))?!?: )?(?:this (?:commit |pr |pull request |change |patch )?)?(?:partially |manually )?(?:reverts?|reverted|reapply|reapplies|re-?lands?|undo|undoes|back(?:s|ed)? ?out|rolls? ?back)\b(?:\([^()]{0,60}\))?(?:!|-of)?:?/i

/** What follows is where a reverted merge came from. */
const ORIGIN = /\breversing\b/i

const REFERENCES = /\b[0-9a-f]{7,64}\b|(?:#|\bgh-|\/pull\/|\bpr |\bpull request )(\d{1,9})\b/gi

/** The number that GitHub appends to the headline of a squashed commit. */
const OWN_NUMBER = /\s\(#(\d{1,9})\)\s{0,9}$/

const firstLineOf = (text: string): string => text.split("\n", 1)[0] ?? ""

/** A headline without its own number and quotes. */
export const plainTitle = (headline: string): string =>
  headline
    .replace(OWN_NUMBER, "")
    .replaceAll(/["“”']/g, "")
    .trim()

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

/** What a paragraph says, from the first sentence on that speaks of a revert. */
const namedIn = (paragraph: ReadonlyArray<string>): Named => {
  for (const [index, line] of paragraph.entries())
    for (const sentence of line.split(". ")) {
      const begin = BEGINS.exec(sentence)
      if (begin === null) continue
      const said = sentence.slice(begin[0].length)
      const rest = [line.slice(line.indexOf(sentence) + begin[0].length), ...paragraph.slice(index + 1)].join("\n")
      return { ...referencesIn(rest.slice(0, ORIGIN.exec(rest)?.index)), titles: [plainTitle(said)].filter((title) => title !== "") }
    }
  return NOTHING
}

/** What a commit's message, or a pull request's title and description, names as reverted or brought again. */
export const namesIn = (text: string): Named => {
  const [headline = "", ...body] = text.slice(0, MOST_TEXT).replaceAll("\r", "").split("\n")
  const paragraphs: Array<Array<string>> = [[]]
  for (const line of body)
    if (line.trim() === "") paragraphs.push([])
    else paragraphs.at(-1)?.push(line)
  // A headline that announces a revert may leave it to a footer to say of what (https://www.conventionalcommits.org/en/v1.0.0/#specification).
  const footers = BEGINS.test(headline) ? body.filter((line) => /^refs?\b/i.test(line)).map(referencesIn) : []
  const found = [namedIn([headline.replace(OWN_NUMBER, "")]), ...paragraphs.map(namedIn)]
  return {
    commits: [...found, ...footers].flatMap(({ commits }) => commits),
    pullRequests: [...found, ...footers].flatMap(({ pullRequests }) => pullRequests),
    titles: found.flatMap(({ titles }) => titles)
  }
}

/** Whether a text that names something means a change with these names. */
export const means = (said: Named, names: Named): boolean =>
  said.commits.some((start) => names.commits.some((oid) => oid.startsWith(start))) ||
  said.pullRequests.some((number) => names.pullRequests.includes(number)) ||
  said.titles.some((title) => names.titles.includes(title))

/** All names of several. */
export const together = (all: ReadonlyArray<Named>): Named => ({
  commits: all.flatMap(({ commits }) => commits),
  pullRequests: all.flatMap(({ pullRequests }) => pullRequests),
  titles: all.flatMap(({ titles }) => titles)
})
