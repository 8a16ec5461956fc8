/** All checks of the gate: what each finds, its limits, whether it rejects, and why. docs/reference/quality.md shows this table. */
import type { GateCheck } from "../../domain/quality/GateReport.ts"

/**
 * Beyond one of these limits people cannot review a pull request either: GitHub does not show more of it (docs.github.com, "Repository limits", "Diff
 * limits"). Generated and vendored files do not count.
 */
export const SIZE = { files: 300, lines: 20_000, bytes: 1_000_000 } as const

/** Near-duplicates: thresholds in percent. `fewest`: the minimum of new fingerprints for a rejection. */
export const DUPLICATE = { rejected: 95, shown: 60, contained: 80, fewest: 50 } as const

export interface CheckRule {
  readonly looksFor: string
  readonly limit: string | null
  /** `in code`: rejects outside of tests, examples and documents. */
  readonly rejects: "always" | "never" | "in code" | "above the limit"
  readonly why: string
}

export const checks: Readonly<Record<GateCheck, CheckRule>> = {
  empty: { looksFor: "no changed file", limit: null, rejects: "always", why: "there is nothing to judge" },
  whitespace: {
    looksFor: "changes only to spaces, blank lines and line ends, in languages where they have no meaning",
    limit: null,
    rejects: "always",
    why: "such a change cannot solve an issue; files with multi-line strings and languages with meaningful indentation are left out"
  },
  generated: {
    looksFor: "only files in the form that a generator writes, or in node_modules or bower_components",
    limit: null,
    rejects: "always",
    why: "no one wrote what would be judged; lock files are left out, because a new version of a dependency can be the solution"
  },
  vendored: {
    looksFor: "only files whose paths GitHub Linguist counts as generated or vendored",
    limit: null,
    rejects: "never",
    why: "Linguist's paths also name tools/, dist/ and type declarations, which can be a repository's own work"
  },
  size: {
    looksFor: "changes beyond what GitHub shows of a pull request",
    limit: `${SIZE.files} files, ${SIZE.lines} lines, ${SIZE.bytes} bytes of changed lines`,
    rejects: "always",
    why: "neither people nor judges see more; generated and vendored files are left out"
  },
  executable: {
    looksFor: "added or changed programs: ELF, Windows, Mach-O, Java classes, Python byte code",
    limit: null,
    rejects: "in code",
    why: "no one can review them"
  },
  binary: {
    looksFor: "other added or changed binary files, submodules, and links",
    limit: null,
    rejects: "never",
    why: "images and test data are ordinary"
  },
  secret: {
    looksFor: "keys, tokens and passwords in added lines, by secretlint's recommended rules",
    limit: null,
    rejects: "in code",
    why: "a published secret harms its owner; tests and documents contain invented ones"
  },
  injection: {
    looksFor: "added text, names, title, description and commit messages that address a language model as a judge",
    limit: "3 points",
    rejects: "never",
    why: "repositories about language models contain such texts, and phrases cannot find all of them"
  },
  "hidden-text": {
    looksFor: "characters that change the order in which text is shown, runs of invisible characters, and tags",
    limit: null,
    rejects: "never",
    why: "translations may need them"
  },
  reused: {
    looksFor: "a commit that was already seen under another hotkey",
    limit: null,
    rejects: "never",
    why: "a miner may have a new hotkey; people and judges should know that the work is not new"
  },
  duplicate: {
    looksFor: "fingerprints of syntax-tree tokens that an earlier head of another miner also has",
    limit: `rejects from Jaccard 0.${DUPLICATE.rejected} with ${DUPLICATE.fewest} fingerprints that the base does not have; evidence from Jaccard 0.${DUPLICATE.shown} or containment 0.${DUPLICATE.contained}`,
    rejects: "above the limit",
    why: "no pair of files that do the same job in two packages reached 0.95; below that, small fixes of one issue look alike"
  },
  unreadable: {
    looksFor: "what could not be compared: files that are too large or that the parser failed on, and earlier heads that are not known yet",
    limit: null,
    rejects: "never",
    why: "it may be the machine's fault"
  }
}
