/** Heads of invented pull requests. */
import { createHash } from "node:crypto"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import { GitHubAccountId } from "../../../src/domain/GitHubLink.ts"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { GateReport } from "../../../src/domain/quality/GateReport.ts"
import { CommitHash, type Head } from "../../../src/domain/quality/QualityRecord.ts"
import type { VerificationSummary } from "../../../src/domain/quality/VerificationSummary.ts"

/** Two miners' hotkeys. */
export const HOTKEYS = [
  AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
  AccountAddress.make("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")
] as const

const commitOf = (text: string) => CommitHash.make(createHash("sha1").update(text).digest("hex"))

/** The `push`th head of pull request `number` on issue 3, by the first or the second miner. */
export const headOf = (number: number, miner: 0 | 1 = 0, push = 1): Head => ({
  issue: IssueId.make(3),
  hotkey: HOTKEYS[miner],
  account: GitHubAccountId.make(100 + miner),
  repository: RepositoryName.make("acme/widgets"),
  number: IssueNumber.make(number),
  commit: commitOf(`${number} ${push}`),
  base: commitOf("base")
})

export const gateReport: GateReport = {
  passed: true,
  fault: null,
  findings: [{ check: "hidden-text", rejects: false, path: "src/é.ts", line: 3, shown: "\\u{202e}", limit: null }],
  files: 1,
  addedLines: 3,
  deletedLines: 0,
  fingerprints: 2,
  comparedWith: 0
}

const none = { count: 0, first: [] }

export const verification: VerificationSummary = {
  verdict: "verified",
  ecosystem: "npm",
  command: "node --test",
  failToPass: { count: 1, first: ["adds"] },
  broken: none,
  flaky: none,
  own: null,
  changesDependencies: false
}
