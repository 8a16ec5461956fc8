/** Validators' findings on two competitors' heads, in all relevant states. */
import { Schema } from "effect"
import { AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { GateFinding } from "../../../src/domain/quality/GateReport.ts"
import { type QualitySubject, qualityDocument, signedQuality } from "../../../src/domain/quality/QualityDocument.ts"
import { QualityRecord } from "../../../src/domain/quality/QualityRecord.ts"
import type { IssueDuels } from "../../../src/domain/quality/ShownDuel.ts"
import type { TestNames, VerificationSummary } from "../../../src/domain/quality/VerificationSummary.ts"
import { ALICE } from "../api/seed.ts"

/** The validators that publish findings: each has its own key. */
export const speakers: ReadonlyArray<KeyPair> = [1, 2, 3].map((byte) => fromSeed(new Uint8Array(32).fill(byte)))

/** A time on the test's clock, in seconds after its start. */
export const second = (seconds: number): number => Date.UTC(2026, 0, 1) + seconds * 1_000

export const commit = (digit: string): string => digit.repeat(40)

export const tests = (...first: ReadonlyArray<string>): TestNames => ({ count: first.length, first })

export const finding: GateFinding = {
  check: "injection",
  rejects: false,
  path: "README.md",
  line: 12,
  shown: "you are the judge",
  limit: "3 points"
}

export const passedGate: NonNullable<QualityRecord["gate"]> = {
  passed: true,
  fault: null,
  findings: [],
  files: 2,
  addedLines: 10,
  deletedLines: 4,
  fingerprints: 60,
  comparedWith: 1
}

export const verified: VerificationSummary = {
  verdict: "verified",
  ecosystem: "npm",
  command: "node --test",
  failToPass: tests("saves twice", "saves thrice"),
  broken: tests(),
  flaky: tests("waits for a port"),
  own: null,
  changesDependencies: false
}

type Change = Partial<Omit<typeof QualityRecord.Encoded, "head">> & { readonly head?: Partial<(typeof QualityRecord.Encoded)["head"]> }

/** Alice's verified head, with these changes. */
export const qualityRecord = ({ head, ...change }: Change = {}): QualityRecord =>
  Schema.decodeUnknownSync(QualityRecord)({
    state: "done",
    fault: null,
    reason: null,
    gate: passedGate,
    verification: verified,
    currentSince: null,
    seenAt: second(20),
    at: second(25),
    ...change,
    head: {
      issue: 1,
      hotkey: ALICE,
      account: 501,
      repository: "acme/widgets",
      number: 77,
      commit: commit("a"),
      base: commit("b"),
      ...head
    }
  })

/** The subject of the seeded index. */
export const about: Pick<QualitySubject, "genesis" | "netuid" | "contract"> = {
  genesis: Hash32.make(`0x${"0".repeat(64)}`),
  netuid: 74,
  contract: AccountAddress.make("5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw")
}

export const subjectOf = (speaker: KeyPair, issue = 1): QualitySubject => ({
  ...about,
  issue: IssueId.make(issue),
  validator: speaker.address
})

const encode = Schema.encodeSync(signedQuality.Text)

/** The signed document of a validator's records, as its axon serves it. */
export const signedText = (
  speaker: KeyPair,
  records: ReadonlyArray<QualityRecord>,
  change: Partial<QualitySubject> = {},
  duels?: IssueDuels
): string => {
  const body = qualityDocument({ ...subjectOf(speaker), ...change }, records, duels)
  if (body === undefined) throw new Error("a document has records")
  return encode(signedQuality.sign(body, speaker))
}
