/** A verification as lines for a terminal. */
import { shownOutput } from "../../layers/machine/sandbox/Sandbox.ts"
import { bold } from "../../layers/machine/terminal/output.ts"
import type { TreeSummary, VerificationReport } from "../../quality/verify/verify.ts"

/** Names printed per set; JSON has all of them. */
const PRINTED = 20

const named = (title: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0
    ? []
    : [
        bold(`${title} (${names.length})`),
        ...names.slice(0, PRINTED).map((name) => `  ${shownOutput(name).replaceAll("\n", " ")}`),
        ...(names.length > PRINTED ? [`  … and ${names.length - PRINTED} more (--json)`] : [])
      ]

const treeLines = (name: string, tree: TreeSummary | null): ReadonlyArray<string> =>
  tree === null
    ? []
    : [
        `${name.padEnd(26)} ${tree.passed} passed, ${tree.failed} failed, ${tree.skipped} skipped, in ${tree.seconds} s${tree.end === "itself" ? "" : `; the box was stopped: ${tree.end}`}`,
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
  ...named("fail → pass", report.failToPass),
  ...named("fail → pass, by its own tests", report.own?.failToPass ?? []),
  ...named("pass → broken", report.broken),
  ...named("its own tests that fail", report.own?.failing ?? []),
  ...named("tests that it removes", report.own?.removed ?? []),
  ...named("tests that it skips", report.own?.skipped ?? []),
  ...named("broken, but its own tests hide it", report.own?.hidden ?? []),
  ...named("flaky, left out", report.flaky),
  bold(report.verdict)
]
