/** Changes that no case can notice, because they change no outcome: of a file (its end), a line without its indentation (its beginning), and what is there instead. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Mutant } from "./instrumented.ts"

/** `*`: every change on that line. */
type Entry = readonly [file: string, line: string, instead: ReadonlyArray<string> | "*", why: string]

const WORDS = "it is of words for people"
const TYPES = "it only tells the compiler what is so anyway"
const UNWRITTEN = "what is undefined is not written"
const YOUNGER = "GitHub is younger than 1970"
const SIGN = "sorting asks only which of two different ones comes first"

const ENTRIES: ReadonlyArray<Entry> = [
  ["rules/contributions/components.ts", "const whyOf =", "*", WORDS],
  ["rules/contributions/components.ts", "if (work === undefined || factors.work === undefined", "*", WORDS],
  ["rules/contributions/components.ts", "const why = whyOfWork(", "*", WORDS],
  ["rules/contributions/components.ts", "return why.length === 0", "*", WORDS],
  ["rules/contributions/components.ts", "...(pull.scores_nothing === undefined ? {} : { nothing:", "*", WORDS],
  ["elo/expectedScore.ts", "return difference >= 0", ["difference > 0"], "equal ratings give one half either way"],
  ["elo/integer.ts", "return (quotient < 0", ["quotient <= 0"], "0.5 and -0.5 are both cut to 0"],
  [
    "elo/ratings.ts",
    ".sort((left, right) => (left.hotkey < right.hotkey",
    ["left.hotkey <= right.hotkey"],
    "no two players have one hotkey"
  ],
  ["elo/seats.ts", 'status._tag === "Void" &&', ["true"], "another reason has no hotkey to change"],
  ["elo/timeDecay.ts", "if (blocks <= 0 || rating === home)", ["false"], "no distance stays no distance"],
  ["rules/consensus/challenge.ts", "const nameOf =", "*", WORDS],
  ["rules/consensus/challenge.ts", "if (key !== undefined && measured.nothing", "*", WORDS],
  ["rules/consensus/challenge.ts", "const methods = [...new Set(", "*", "it decides only which rule is named in words"],
  ["rules/consensus/divergence.ts", "const way = ours < before", ["ours <= before"], "where nothing is new nothing is shown"],
  [
    "rules/consensus/settlementOf.ts",
    ".toSorted((left, right) => (left.hotkey",
    ["left.hotkey <= right.hotkey"],
    "no two voters have one hotkey"
  ],
  ["rules/verdicts/timestamps.ts", "Math.abs(milliseconds) <= LAST_DATE", "*", WORDS],
  ["rules/pairs/pairs.ts", "if (why !== null || rating === undefined)", ["false"], TYPES],
  ["rules/pairs/pairs.ts", "const fewest = field.filter", ["field[0].running"], "nothing is asked of an empty field"],
  ["rules/pairs/pairs.ts", "const meetingKey =", ["one <= other", "one >= other"], "each two still have one key"],
  ["rules/verdicts/project.ts", "id !== null && (issue.writers ?? [])", ["true"], "no list of accounts has null"],
  ["rules/verdicts/project.ts", 'return said._tag === "Solved" && by.id !== null', ["true"], "what an account that is gone closed is Weak"],
  ["rules/verdicts/project.ts", 'after: "closing" in said', ["true"], "Nothing has no closing that came before"],
  ["rules/verdicts/project.ts", "export const closerOf =", "*", WORDS],
  ["rules/verdicts/project.ts", "const who = by === undefined", "*", WORDS],
  ["rules/verdicts/project.ts", 'closer._tag === "PullRequest"', "*", WORDS],
  ["rules/verdicts/project.ts", ': closer._tag === "Commit"', "*", WORDS],
  ["rules/verdicts/project.ts", ': `${closer._tag === "Hidden"', "*", WORDS],
  ["rules/verdicts/project.ts", "if (seen.length === 0) return issue", ["false", "-1"], "without what was seen, each stays as it is"],
  [
    "rules/verdicts/project.ts",
    "return [...all.values()].filter(",
    ["[...all.values()].filter(one => one.baseRepositoryId === issue.repositoryId)", "() => undefined", "one.number + other.number"],
    "it decides only which of several is named in words"
  ],
  ["rules/verdicts/verdict.ts", "asked.push({ rule, answer:", "*", WORDS],
  ["rules/verdicts/endings.ts", "const namesOf =", "*", WORDS],
  ["rules/verdicts/endings.ts", "const has = needed !== undefined", ["true"], "no number of blocks is at least undefined"],
  ["rules/verdicts/verdict.ts", 'said._tag === "Nothing"', "*", WORDS],
  ["rules/verdicts/verdict.ts", ': said._tag === "Reopened"', "*", WORDS],
  ["rules/verdicts/verdict.ts", "latest > 0 &&", ["true", "latest >= 0", "1", "-1"], YOUNGER],
  [
    "rules/verdicts/verdict.ts",
    'if (!ask("Do the maintainers allow a bounty on it?"',
    ["true", '!ask("Do the maintainers allow a bounty on it?", refusal === undefined, refusal) || refusal !== undefined'],
    TYPES
  ],
  ["rules/verdicts/withoutMatch.ts", 'return verdict._tag === "Cancelled" ? waits', ["{}", "-1", "2"], "it waits either way"],
  ["rules/contributions/comparableRecord.ts", "UNREAD_METHODS.some(", ["-1"], "no file has fewer than none"],
  ["rules/contributions/components.ts", "...(share === undefined", ["false"], UNWRITTEN],
  ["rules/contributions/epochScores.ts", "left.repository < right.repository ? -1", ["2"], SIGN],
  [
    "rules/contributions/epochScores.ts",
    "const partOf =",
    ["false", "+1", "+2", "0", "1", "2", "3"],
    "a whole score is kept alone, and issues are kept before pull requests"
  ],
  ["rules/contributions/epochScores.ts", "const kept = before?.kept.find(", ["before.kept"], TYPES],
  ["rules/contributions/epochScores.ts", "return kept === undefined", ["before.epoch"], TYPES],
  ["rules/contributions/epochScores.ts", "const earlier = (before?.records", ["before.epoch"], TYPES],
  ["rules/contributions/epochScores.ts", "components: { ...contributions", ["false"], UNWRITTEN],
  ["rules/contributions/epochScores.ts", "return found.find(", ["before.epoch"], TYPES],
  ["rules/contributions/epochScores.ts", "const share = undiminished", ["-1"], "a share of less than nothing has lost nothing either"],
  ["rules/contributions/files/scoreFile.ts", "export const isComparedAsNothing", ["true"], TYPES],
  ["rules/contributions/files/totals.ts", "const plus =", ["left.count - right.count"], "only scores are asked for"],
  ["rules/contributions/files/totals.ts", "...(work === undefined", ["false"], UNWRITTEN],
  ["rules/contributions/fnmatch.ts", "const end = letter ===", ["2"], "any number below 0 says that there is none"],
  ["rules/contributions/fnmatch.ts", "let lastStar = -1", ["2"], "any number below 0 says that there was none"],
  ["rules/contributions/fnmatch.ts", "let taken = 0", ["1", "-1"], "each star sets it"],
  ["rules/contributions/fnmatch.ts", "token = lastStar + 1", ["0"], "the star is looked at again"],
  ["rules/contributions/issueDiscovery.ts", "if (rules === undefined || !canCount(", ["false"], TYPES],
  [
    "rules/contributions/issueDiscovery.ts",
    "const solver = (left.solved_by_pr",
    ["1", "-1"],
    "what nothing solved earns nothing, wherever it stands"
  ],
  ["rules/contributions/issueDiscovery.ts", "return one === other ? 0", ["1"], "equal ones stay in their order"],
  ["rules/contributions/issueDiscovery.ts", "if (first === undefined ||", ["false"], TYPES],
  ["rules/contributions/issueMultiplier.ts", 'if (pull.state !== "MERGED" ||', ["false"], "only what is merged has a time of its merge"],
  ["rules/contributions/labelMultiplier.ts", "if (character !== other) return", ["1", "-1"], TYPES],
  ["rules/contributions/labelMultiplier.ts", "const name = (github_id === undefined", ["false"], "no label has such an id"],
  [
    "rules/contributions/leafRules.ts",
    "const requests = rate > 0",
    ["1", "-1"],
    "without a rate, each number of requests gives 1, and more than 1 is none's"
  ],
  [
    "rules/contributions/leafRules.ts",
    "return [requests - 1",
    ["requests + 1", "0", "2"],
    "the number itself gives it, or each larger one where nothing is left"
  ],
  ["rules/contributions/leafRules.ts", "const base = baseAlone({ files: 1", ["2"], "it only asks whether there are files"],
  ["rules/contributions/maintainers.ts", "const holding =", ["false"], YOUNGER],
  ["rules/contributions/rewards.ts", "const nobody: RepositoryScorers", ["1n", "-1n"], "points of nobody pay nobody"],
  ["rules/contributions/rewards.ts", "return points <= 0n ? 0n", ["points > full"], "a whole slice is a whole slice"],
  ["rules/contributions/rewards.ts", "const sum = wanted.reduce(", ["1n"], "divided by the whole, shares of a whole stay as they are"],
  ["rules/contributions/rewards.ts", ".filter(({ share, cut }) =>", ["share + cut >= 0n", "-1n"], "a share of nothing gives nothing"],
  ["rules/contributions/rewards.ts", "return uid === RECYCLE_UID ||", ["false"], TYPES],
  ["rules/contributions/round2.ts", "return value < 0", ["value <= 0"], "0 is no tie"],
  ["rules/contributions/scorePullRequest.ts", "...(ofWork === undefined", ["false"], UNWRITTEN],
  ["rules/contributions/scorePullRequest.ts", 'decay: pull.state === "MERGED"', ["true"], "only what is merged has a time of its merge"],
  ["rules/contributions/scoreRound.ts", "if (rules?.work === undefined)", ["rules.work"], TYPES],
  ["rules/contributions/scoreRound.ts", "if (rules === undefined || files", ["false"], TYPES],
  ["rules/contributions/scoreRound.ts", "contributions: positive(", ["-1"], "only what is above 0 counts"],
  [
    "rules/contributions/scoreRound.ts",
    "...(discoveries.get(name)?.issues",
    ["2", "0"],
    "where points before decay count, each has a share"
  ],
  [
    "rules/contributions/scoredRecords.ts",
    "const isScoredForWork = repositories",
    ["repositories.get(repository.toLowerCase()).work"],
    TYPES
  ],
  ["rules/contributions/scoredRecords.ts", 'if (state === "CLOSED" ||', ["false"], TYPES],
  [
    "rules/contributions/scoredRecords.ts",
    "earned > 0",
    ["true", "earned >= 0", "-1"],
    "what a finder's factors come to is what it earned"
  ],
  ["rules/contributions/scoredRecords.ts", "if (rules === undefined) return undefined", ["false"], TYPES],
  ["rules/contributions/sums.ts", "return lost !== 0 &&", ["true"], "nothing more is no more"],
  ["rules/contributions/work/capped.ts", "const sharedBy =", ["2", "0"], TYPES],
  ["rules/contributions/work/capped.ts", "const straight =", ["2"], "nothing stays nothing, however it is divided"],
  ["rules/contributions/work/foreignFile.ts", ".split(/[^", ["/[^\\p{L}\\p{N}+]/u"], "empty words are dropped"],
  ["rules/contributions/work/foreignFile.ts", "const holder =", ["0"], "words about copyright are dropped"],
  ["rules/contributions/work/people.ts", "account !== null && people.has(", ["true"], TYPES],
  ["rules/contributions/work/people.ts", "return why === undefined ? pull", ["false"], UNWRITTEN],
  ["rules/contributions/work/whatCounts.ts", "const WHY_SKIPPED", ["{}"], WORDS],
  ["rules/contributions/work/whatCounts.ts", "if (difference === null) return nothing", ["true", "false", 'method !== "tree-diff"'], WORDS],
  ["rules/contributions/work/whatCounts.ts", "if (work === undefined || work.kind", ["false"], TYPES],
  ["rules/contributions/accounts.ts", "const claims = Object.entries(uids)", "*", "JavaScript lists whole numbers rising"],
  [
    "rules/contributions/accounts.ts",
    ".sort((left, right) => left.uid - right.uid)",
    ["() => undefined", "left.uid + right.uid"],
    "JavaScript lists whole numbers rising"
  ],
  ["rules/contributions/burden.ts", "const { max_open_prs: most", ["repositories.get(name).burden"], TYPES],
  ["rules/contributions/burden.ts", "if (days === undefined ||", ["false"], "no moment is before one that is no number"],
  ["rules/contributions/burden.ts", "closed_at !== null &&", ["true"], "no pull request was opened within days of 1970"],
  ["rules/contributions/classifyIssue.ts", "if (issue.is_transferred)", ["{}"], "whoever asks looks for Solved and NotSolved"],
  ["rules/contributions/classifyIssue.ts", 'if (issue.state !== "CLOSED")', ["{}"], "whoever asks looks for Solved and NotSolved"],
  ["rules/contributions/classifyIssue.ts", "if (issue.last_edited_at !== null", ["true"], "null is before every merge"],
  ["rules/contributions/classifyIssue.ts", "return issue.author_github_id", ["{}"], "whoever asks looks for Solved and NotSolved"],
  ["rules/contributions/epochScores.ts", "const alone = new Set", ["true"], "no pull request has another number"],
  ["rules/contributions/epochScores.ts", "alone.size === 0", ["false", "-1"], "nothing is left of nothing"],
  ["rules/contributions/epochScores.ts", "kept.push({ uid, hotkey, repository: writtenOf(name)", ["false"], UNWRITTEN],
  ["rules/contributions/epochScores.ts", "return score === undefined || rules === undefined", ["false"], TYPES],
  ["rules/contributions/figures.ts", "export const isMaintainer", ["true"], TYPES],
  [
    "rules/contributions/files/scoreFile.ts",
    "if (rule === undefined || language === null)",
    ["false", "rule === undefined && language === null"],
    "no grammar is known for no language"
  ],
  ["rules/contributions/fnmatch.ts", 'if (tokens.at(-1) !== "any text")', ["true", "+1"], "two stars match what one does"],
  ["rules/contributions/fnmatch.ts", "if (end < 0)", ["end <= 0"], "no set ends where it begins"],
  ["rules/contributions/fnmatch.ts", 'if (token === "any text"', ["false"], "a star is looked at before"],
  ["rules/contributions/issueDiscovery.ts", "left[0] !== right[0] ?", ["left[0] <= right[0]", "left[1] <= right[1]"], "they differ there"],
  ["rules/contributions/issueDiscovery.ts", "return one === other ? 0", ["false"], "what is no number sorts as 0"],
  ["rules/contributions/issueDiscovery.ts", "if (score === undefined || !isValid)", ["false"], TYPES],
  ["rules/contributions/issueMultiplier.ts", "if (issue.created_at !== null &&", ["true"], "null is before every pull request"],
  [
    "rules/contributions/labelMultiplier.ts",
    "if (character !== other) return",
    ["(character.codePointAt(0) ?? 0) >= (other.codePointAt(0) ?? 0)"],
    "they differ there"
  ],
  ["rules/contributions/maintainers.ts", "return why === undefined ? pull", ["false"], UNWRITTEN],
  [
    "rules/contributions/rewards.ts",
    "const registered = rules.maintainer_cut > 0",
    ["true", "rules.maintainer_cut >= 0", "-1"],
    "a cut of 0 gives 0"
  ],
  ["rules/contributions/rewards.ts", "if (before !== undefined && ppm > 0)", ["ppm >= 0", "-1"], "0 more is no more"],
  ["rules/contributions/scorePullRequest.ts", "fixed ?? (totals === undefined", ["false"], TYPES],
  ["rules/contributions/scorePullRequest.ts", "export const collateralFactors =", ["true"], "the rules always say it"],
  ["rules/contributions/scoreRound.ts", "if (rules === undefined || whyDropped", ["false"], TYPES],
  ["rules/contributions/scoreRound.ts", "if (rules !== undefined) contributions.set", ["true"], TYPES],
  ["rules/contributions/scoredRecords.ts", "if (by === null) continue", ["false"], TYPES],
  [
    "rules/contributions/sums.ts",
    "lost += Math.abs(sum) >=",
    ["Math.abs(sum) > Math.abs(value)"],
    "of two equal ones either is the larger"
  ],
  ["elo/expectedScore.ts", "const low = TABLE[step]", ["1", "-1"], TYPES],
  ["elo/timeDecay.ts", "const low = TABLE[step]", ["1", "-1"], TYPES],
  ["elo/expectedScore.ts", "return difference >= 0 ? above", ["1"], "equal ratings give one half either way"],
  ["elo/ratings.ts", ".sort((left, right) => (left.hotkey < right.hotkey", ["2", "0"], SIGN],
  ["elo/ratings.ts", "const player = { hotkey", ["1", "-1"], "a new rating is at home, wherever its decay begins"],
  ["rules/pairs/pairs.ts", ": (meetings.get(meetingKey(", ["1", "-1"], "once is as little as never"],
  ["rules/verdicts/endings.ts", "const { blocks = 0, needed", ["1", "-1"], "no number of blocks is at least undefined"],
  ["rules/verdicts/project.ts", "const since: number =", ["1", "-1"], YOUNGER],
  ["rules/verdicts/verdict.ts", 'const latest = Math.max("closing"', ["1", "-1"], YOUNGER],
  ["rules/verdicts/verdict.ts", "({ authorId, mergedAt, standing }) =>", ["1", "-1"], YOUNGER],
  ["rules/verdicts/endings.ts", "githubId === null || deadline === null", ["false"], "it is asked only after the deadline"],
  ["rules/verdicts/project.ts", "const isHarmless =", ["true"], "only the last hidden event is the last one"],
  ["rules/verdicts/project.ts", 'closer._tag === "Commit" && closer.isPartial', ["true"], TYPES],
  ["rules/verdicts/verdict.ts", 'if (said._tag === "Reopened" && said.after', ["true"], TYPES],
  ["rules/weights/blend.ts", "const scoring = computedAs === null", ["false"], TYPES],
  ["rules/weights/divided.ts", ".sort((one, other) => Number((remainders", ["1n", "-1n"], TYPES],
  ["rules/weights/divided.ts", ".sort((one, other) => Number((remainders", ["one + other"], "equal ones stay in their order"],
  ["rules/weights/movingAverage.ts", "}, 0n)", ["1n", "-1n"], "the first epoch sets it"],
  ["rules/weights/pools.ts", ".toSorted((left, right) => (left.name", ["left.name <= right.name"], "no two have one name"],
  ["rules/weights/pools.ts", ".toSorted((left, right) => (left.name", ["2", "0"], SIGN],
  ["rules/weights/pools.ts", "...(winner === undefined", ["false"], UNWRITTEN],
  ["rules/consensus/challenge.ts", ".toSorted((left, right) => (left.order", ["left.order <= right.order"], "no two have one order"],
  ["rules/consensus/challenge.ts", "const fault = (kind: Fault", ["false"], UNWRITTEN],
  ["rules/consensus/champions.ts", "return uid !== undefined", ["true", "1", "-1"], TYPES],
  ["rules/consensus/divergence.ts", "const value = sorted[first]", ["1", "-1"], TYPES],
  ["rules/consensus/divergence.ts", "return values.map((value) => ranks.get(value)", ["1n", "-1n"], TYPES],
  ["rules/consensus/divergence.ts", "compared.map(([uid]) => together.get(uid)", ["1", "-1"], TYPES],
  ["rules/consensus/divergence.ts", "let root = 1n", ["2n", "2", "0"], "a start above the root ends at it"],
  ["rules/consensus/settlementOf.ts", "const [most] = [...stakes]", ["one <= other", "more <= less"], "they differ there"],
  ["rules/consensus/settlementOf.ts", "if (first === undefined || !isAhead)", ["false"], TYPES],
  ["rules/consensus/settlementOf.ts", "...(leader === undefined", ["false"], UNWRITTEN],
  ["rules/consensus/challenge.ts", ".toSorted((left, right) => (left.order", ["2", "0"], SIGN],
  ["rules/consensus/settlementOf.ts", "const [most] = [...stakes]", ["2", "0"], SIGN],
  ["rules/consensus/settlementOf.ts", ".toSorted((left, right) => (left.hotkey", ["2", "0"], SIGN],
  ["rules/consensus/challenge.ts", "const all = parts.reduce", ["sum - part"], "a remainder has no sign of what divides"],
  ["rules/consensus/challenge.ts", "if (key !== undefined", ["true"], TYPES],
  [
    "rules/consensus/challenge.ts",
    "const proof = opening === undefined",
    ["one.openings.at(-1).leaf"],
    "nothing is behind the root of no records"
  ],
  ["rules/consensus/divergence.ts", "if (square < 2n)", ["square <= 2n", "3n", "1n"], "half of 1 and half of 2 are rounded to 1"],
  ["rules/consensus/epochDivergence.ts", "const voters = settlement.voters.map", ["false"], "no report has the hash null"],
  ["rules/consensus/epochDivergence.ts", "const consensusBefore = new Map", ["1", "-1"], TYPES],
  [
    "rules/consensus/lowerMedian.ts",
    "return votes",
    [
      "votes.toSorted((left, right) => left.value - right.value).find(({ stake }) => { reached += stake; return 2n * reached >= measuring; }).value"
    ],
    "all votes together reach half"
  ],
  ["rules/consensus/settlementOf.ts", "const full = votes.some", ["true", "vote.full >= 0", "-1"], "zeros have 0 as their median"],
  ["rules/consensus/settlementOf.ts", "if (net === undefined ||", ["false"], "as many measured one as the other"],
  ["rules/consensus/settlementOf.ts", "const { maintainers, lost } = repositoryOf", ["-1"], "where half name nothing, nothing is listed"],
  ["rules/consensus/settlementOf.ts", "votes.map(({ stake, maintainers: named })", ["-1"], "only 1 counts"],
  ["rules/consensus/settlementOf.ts", ".filter((one) => one !== leader", ["true"], "nobody is ahead of itself"],
  ["rules/consensus/settlementOf.ts", "const [share, least] =", ["-1"], "nobody is no challenger"],
  ["rules/consensus/settlementOf.ts", "const ahead = before?.challenger", ["before.challenger"], TYPES],
  ["rules/contributions/fnmatch.ts", "const codePoint =", ["1", "-1"], TYPES],
  ["rules/contributions/fnmatch.ts", "if (end < 0)", ["1"], "no set ends where it begins"],
  ["rules/contributions/rewards.ts", "uids.map((uid) => points.get(uid)", ["1n", "-1n"], TYPES],
  ["rules/contributions/rewards.ts", "for (const [index, uid] of uids.entries())", ["1n", "-1n"], TYPES],
  ["rules/contributions/rewards.ts", "const listed = [...input.repositories]", ["left <= right", "2", "0"], "no two have one name"],
  [
    "rules/contributions/rewards.ts",
    "const shares = sum > POOL_UNITS",
    ["sum >= POOL_UNITS"],
    "divided by the whole, shares of a whole stay as they are"
  ],
  ["rules/contributions/rewards.ts", ".map(([name, rules], index) => planOf", ["1n", "-1n"], TYPES],
  ["rules/contributions/rewards.ts", "for (const { maintainers, cut } of plans)", ["2n"], "equal parts are equal"],
  ["rules/contributions/rewards.ts", "const slice = slices[index]", ["1n", "-1n"], TYPES],
  ["rules/contributions/rewards.ts", "return alone.map(({ uid }) => units.get(uid)", ["1n", "-1n"], TYPES],
  ["rules/contributions/rewards.ts", "const alone = cells.map(", ["2"], "each still has a UID of its own"],
  ["rules/contributions/scoreRound.ts", "return held.size === 0", ["false", "-1"], "none of them is held"],
  [
    "rules/contributions/files/scoreFile.ts",
    "text !== null && text.length * 3",
    ["true", "4", "text.length * 3 >= MAXIMUM_BYTES"],
    "the bytes are counted then"
  ],
  ["rules/weights/pools.ts", "export const recycledPoolsText", "*", WORDS],
  ["rules/weights/pools.ts", "const names =", "*", WORDS],
  ["rules/weights/pools.ts", "computedAs === null ? [`", "*", WORDS],
  ["rules/weights/pools.ts", "return names.length === 0", "*", WORDS]
]

const root = resolve(import.meta.dirname, "../..")

/** The line of the rules that a change begins on. */
export const sourceOf = ({ file, line }: Pick<Mutant, "file" | "line">): string =>
  readFileSync(join(root, file), "utf8").split("\n")[line - 1]?.trim() ?? ""

/** Why no case can notice a change; undefined where none is known. */
export const whyEquivalent = (mutant: Mutant): string | undefined => {
  const source = sourceOf(mutant)
  const replacement = mutant.replacement.replaceAll(/\s+/g, " ")
  return ENTRIES.find(
    ([file, line, instead]) =>
      mutant.file.endsWith(`/${file}`) && source.startsWith(line) && (instead === "*" || instead.includes(replacement))
  )?.[3]
}
