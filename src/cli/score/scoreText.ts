/** Explained scores as lines for a terminal. */

import { bold, table } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { ExplainedEligibility, ExplainedPullRequest } from "../../scoring/oss_contributions/explain/explainScore.ts"
import type { MinerDocument, PullRequestDocument } from "../../scoring/oss_contributions/explain/scoreDocuments.ts"
import { countedText } from "../shared/countedText.ts"
import { poolText } from "../shared/poolText.ts"

type Lines = ReadonlyArray<string>

/** At most `decimals` decimals for display; JSON has all of them. */
const figure = (value: number, decimals = 4): string => String(Number(value.toFixed(decimals)))

const percent = (part: number): string => `${figure(part * 100, 1)}%`

/** Replaces control characters in strangers' text, which a terminal would interpret. */
const withoutControls = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")

/** Why files count nothing, one line each. */
const whyNothingLines = ({ files }: ExplainedPullRequest): Lines =>
  files.flatMap(({ path, work }) =>
    work === undefined || work.why_nothing === null ? [] : paragraph(`${withoutControls(path)} counts nothing: ${work.why_nothing}`, 2, 4)
  )

const fileLines = (document: ExplainedPullRequest): Lines => [...fileTable(document), ...whyNothingLines(document)]

const fileTable = ({ files }: ExplainedPullRequest): Lines =>
  table([
    ["  score", "method", "kind", "nodes", "lines", "file"],
    ...files.map((file) => [
      `  ${file.work === undefined ? figure(file.score) : countedText(file.work)}`,
      file.method,
      file.category,
      String(file.nodes),
      String(file.lines),
      withoutControls(file.path)
    ])
  ])

const baseLines = ({ base, token_score, source_score, total_score, work }: ExplainedPullRequest): Lines => [
  `base score   ${figure(base.base_score)}`,
  ...(work?.why ?? []).flatMap((why) => paragraph(why, 2, 4)),
  ...(work !== undefined
    ? [`  ${figure(token_score)} tokens count${base.fixed ? "; the base is fixed by the roster for this repository" : ""}`]
    : base.quality === null
      ? ["  fixed by the roster for this repository"]
      : [
          `  ${figure(base.quality)} for ${figure(source_score)} of source code, by a scale of ${figure(base.scale)}`,
          `  ${figure(base.bonus)} for a size of ${figure(total_score)}`
        ]),
  ...(work === undefined ? [`  token score ${figure(token_score)}, tests included`] : [])
]

const factorLines = ({ label, issue, decay, review }: ExplainedPullRequest): Lines => [
  `label        × ${figure(label.multiplier)}  ${label.label === null ? label.why : `${withoutControls(label.label)}: ${label.why}`}`,
  ...label.labels.flatMap(({ name, by, association, why }) =>
    paragraph(
      `${withoutControls(name)} by ${by === null ? "an unknown account" : `account ${by}`} (${association ?? "no association"}): ${why}`,
      4,
      6
    )
  ),
  `issue        × ${figure(issue.multiplier)}  ${issue.issue === null ? issue.why : `#${issue.issue}: ${issue.why}`}`,
  ...issue.issues.flatMap(({ number, maintainer, why_not }) =>
    paragraph(
      `#${number} ${maintainer ? "by a maintainer" : "by somebody else"}: ${why_not === null ? "valid" : `invalid, ${why_not}`}`,
      4,
      6
    )
  ),
  `decay        × ${figure(decay.multiplier)}  ${decay.hours_since_merge === null ? decay.why : `${figure(decay.hours_since_merge, 1)} hours after the merge; ${decay.why}`}`,
  `reviews      × ${figure(review.multiplier)}  ${review.why}`
]

const eligibilityLines = (eligibility: ExplainedEligibility): Lines => [
  ...paragraph(
    `${eligibility.eligible ? "eligible" : "not eligible"}: ${eligibility.merged} merged (${eligibility.merged_needed} needed), ${eligibility.closed} closed${eligibility.spam_elsewhere === 0 ? "" : ` and ${eligibility.spam_elsewhere} closed as spam elsewhere`}, ${percent(eligibility.credibility)} of finished ones merged (${percent(eligibility.credibility_needed)} needed)`,
    2
  ),
  ...paragraph(
    `${eligibility.open} open, ${eligibility.open_allowed} allowed${eligibility.too_many_open ? ": too many, nothing is earned" : ""}; they bind a collateral of ${figure(eligibility.collateral_score)}`,
    2
  ),
  `  total ${figure(eligibility.total_score)}`
]

const titleOf = ({ repository, number, title, state, author, author_association }: PullRequestDocument | MinerPullRequest): Lines =>
  paragraph(
    `${bold(`${repository}#${number}`)} ${state.toLowerCase()}: ${withoutControls(title)}, by ${author === "" ? "a deleted account" : withoutControls(author)} (${author_association ?? "NONE"})`,
    0,
    2
  )

type MinerPullRequest = MinerDocument["repositories"][number]["pull_requests"][number]

export const pullRequestLines = (document: PullRequestDocument): Lines => [
  ...titleOf(document),
  ...(document.in_roster
    ? []
    : paragraph("this repository is not in the roster: it is scored by the default figures, and earns nothing", 2)),
  ...(document.why_not === null ? [] : paragraph(`it does not count: ${document.why_not}`, 2)),
  ...(document.scores_nothing === null ? [] : paragraph(`it scores nothing: ${document.scores_nothing}`, 2)),
  ...(document.exceeded
    ? paragraph("comparing its files took longer than 10 seconds: none has a score, and they are compared again", 2)
    : []),
  "",
  ...fileLines(document),
  "",
  ...baseLines(document),
  ...factorLines(document),
  "",
  ...(document.author_eligibility === null
    ? document.author_eligibility_unknown === null
      ? []
      : paragraph(
          `${withoutControls(document.author)}'s pull requests in ${document.repository} could not be read: ${document.author_eligibility_unknown}`
        )
    : [`${withoutControls(document.author)} in ${document.repository}`, ...eligibilityLines(document.author_eligibility), ""]),
  ...outcomeLines(document)
]

const outcomeLines = (document: PullRequestDocument): Lines => {
  if (document.collateral !== null)
    return [
      `collateral   ${figure(document.collateral.score)}  ${document.collateral.above_limit ? "more are open there than its maintainers bear: " : ""}${percent(document.collateral.percent)} of the score, × ${figure(document.collateral.reviews)} for reviews, while it is open`
    ]
  if (document.state !== "MERGED") return ["earned       0  it is closed without a merge"]
  const earned = document.earned_score
  return [
    `earned       ${earned === null ? "unknown" : figure(earned)}${
      document.if_eligible > 0 && earned === 0 ? `  an eligible miner would earn ${figure(document.if_eligible)}` : ""
    }`
  ]
}

export const minerLines = (document: MinerDocument): Lines => [
  `${bold(document.login)}, GitHub account ${document.account}`,
  ...(document.repositories.length === 0 ? ["  this account has nothing in the roster's repositories within their windows"] : []),
  ...document.repositories.flatMap((one) => [
    "",
    bold(one.repository),
    ...(one.incomplete === null ? [] : paragraph(`GitHub's answers are incomplete, and so are these scores: ${one.incomplete}`, 2)),
    ...(one.eligibility === null ? [] : eligibilityLines(one.eligibility)),
    ...(one.issue_discovery === null
      ? []
      : paragraph(
          `issues found: ${one.issue_discovery.solved} solved, ${one.issue_discovery.valid} of them valid, ${one.issue_discovery.closed} closed otherwise, ${one.issue_discovery.open} open; ${one.issue_discovery.eligible ? `they earn ${figure(one.issue_discovery.total_score)}` : "not eligible"}`,
          2
        )),
    ...table([
      ["  number", "state", "base", "tokens", "label", "issue", "decay", "review", "spam", "comes to"],
      ...one.pull_requests.map((pull) => [
        `  #${pull.number}`,
        pull.state.toLowerCase(),
        figure(pull.base.base_score),
        figure(pull.token_score, 2),
        figure(pull.label.multiplier),
        figure(pull.issue.multiplier),
        figure(pull.decay.multiplier),
        figure(pull.review.multiplier),
        pull.open_pr_spam_multiplier === null ? "" : figure(pull.open_pr_spam_multiplier),
        pull.why_not ?? pull.scores_nothing ?? (pull.state === "OPEN" ? `-${figure(pull.collateral_score)}` : figure(pull.earned_score))
      ])
    ])
  ]),
  "",
  `total        ${figure(document.total_score)}  each repository's slice is shared out in proportion to all miners' totals there`,
  ...paragraph(`emission     ${document.pools.map(poolText).join(", ")}`, 0, 13)
]
