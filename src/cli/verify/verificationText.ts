/** A verification as lines for a terminal. */
import { shownOutput } from "../../layers/machine/sandbox/Sandbox.ts"
import { bold } from "../../layers/machine/terminal/output.ts"
import type { TreeSummary, VerificationReport } from "../../quality/verify/verify.ts"

/** Names printed per set; JSON has all of them. */
const NAMES_PRINTED = 20

const namedLines = (title: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0
    ? []
    : [
        bold(`${title} (${names.length})`),
        ...names.slice(0, NAMES_PRINTED).map((name) => `  ${shownOutput(name).replaceAll("\n", " ")}`),
        ...(names.length > NAMES_PRINTED ? [`  … and ${names.length - NAMES_PRINTED} more (--json)`] : [])
      ]

const treeLines = (name: string, tree: TreeSummary | null): ReadonlyArray<string> =>
  tree === null
    ? []
    : [
        `${name.padEnd(26)} ${tree.passed} passed, ${tree.failed} failed, ${tree.skipped} skipped, in ${tree.seconds} s${tree.end === "itself" ? "" : `; the sandbox was stopped at its ${tree.end} limit`}`,
        ...(tree.output === null
          ? []
          : [
              "  a run had no report; its output ends:",
              ...tree.output
                .split("\n")
                .slice(-8)
                .map((line) => `    ${line}`)
            ])
      ]

export const verificationLines = (report: VerificationReport): ReadonlyArray<string> => [
  ...report.steps.map((step) => `• ${shownOutput(step)}`),
  `• the command: ${shownOutput(report.command)}`,
  "",
  ...treeLines("base", report.trees.base),
  ...treeLines(report.own === null ? "head" : "head with the base's tests", report.trees.head),
  ...treeLines("base with its own tests", report.trees.ownOnBase),
  ...treeLines("head with its own tests", report.trees.ownOnHead),
  "",
  ...namedLines("fail → pass", report.failToPass),
  ...namedLines("fail → pass, by its own tests", report.own?.failToPass ?? []),
  ...namedLines("pass → broken", report.broken),
  ...namedLines("its own tests that fail", report.own?.failing ?? []),
  ...namedLines("tests that it removes", report.own?.removed ?? []),
  ...namedLines("tests that it skips", report.own?.skipped ?? []),
  ...namedLines("broken, but its own tests hide it", report.own?.hidden ?? []),
  ...namedLines("flaky, left out", report.flaky),
  ...namedLines("why it is not verified", report.doubts),
  bold(report.verdict)
]
