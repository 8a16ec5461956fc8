/** The sentences in which a repository's README and CONTRIBUTING name bounties. They are shown, and not judged: words alone tell no yes from a no. */
import { isAboutBounties } from "../../../domain/consentWords.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import { type PolicyText, type Sentence, sentencesOf } from "./policyFiles.ts"

/** Where they usually are. */
export const BOUNTY_PATHS: ReadonlyArray<string> = ["", ".github/", "docs/"].flatMap((folder) =>
  [
    "README.md",
    "readme.md",
    "README",
    "README.rst",
    "README.txt",
    "CONTRIBUTING.md",
    "contributing.md",
    "CONTRIBUTING",
    "CONTRIBUTING.rst"
  ].map((name) => folder + name)
)

/** The most sentences that are shown. */
const MOST_SENTENCES = 5

export const bountySentences = (texts: ReadonlyArray<PolicyText>): ReadonlyArray<Pick<Sentence, "path" | "text">> =>
  texts
    .flatMap(sentencesOf)
    .filter(({ text }) => isAboutBounties(text))
    .map(({ path, text }) => ({ path, text: onOneLine(text) }))
    .slice(0, MOST_SENTENCES)
