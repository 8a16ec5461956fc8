/** Judges the reports and commitments of one epoch. Pure: the same bytes and the same chain give the same findings. */
import type { AccountAddress } from "../../domain/Account.ts"
import { type CommittedScores, committedHash, NO_REPORT } from "../../domain/CommitmentSlot.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import { type Equivocation, equivocationOf } from "../../domain/Equivocation.ts"
import { isOfAnotherEdition, type Report, reportStatement, type SignedReport } from "../../domain/Report.ts"
import { refusalOf } from "../../rules/consensus/admission.ts"
import { countedOf } from "../../rules/consensus/counted.ts"
import { settlingRoster } from "../../rules/consensus/settlementOf.ts"
import { type Finding, finding } from "./findings.ts"
import { type ReadReport, readServed, type Served } from "./servedReport.ts"

type Commitments = ReadonlyMap<AccountAddress, CommittedScores>

export interface ReportEvidence {
  readonly genesis: string
  readonly netuid: number
  readonly epoch: Epoch
  readonly electorate: Electorate
  /** The hash of the roster that its signer was committed to before the epoch; undefined if it was committed to none. */
  readonly committedRoster: string | undefined
  /** Commitments at the epoch's first block: to reports of earlier epochs. */
  readonly before: Commitments
  /** Commitments at E + D1. */
  readonly atOpening: Commitments
  /** Commitments at E + D2, which say whose reports count; undefined where they are not known. */
  readonly atSettling: Commitments | undefined
  readonly atEnd: Commitments
  readonly served: ReadonlyArray<Served>
  /** Reports of the epoch before. */
  readonly servedBefore: ReadonlyArray<Served>
  /** Verified proofs that voters signed two reports of the epoch. */
  readonly proofs?: ReadonlyMap<AccountAddress, Equivocation>
}

/** A report that the voter signed for the epoch, and the axons that served it. */
interface Signed {
  readonly report: SignedReport
  readonly sha256: string
  readonly givers: ReadonlyArray<AccountAddress>
}

export interface ExaminedVoter {
  readonly hotkey: AccountAddress
  /** In rao. */
  readonly stake: bigint
  /** The hash that it had committed at E + D1. */
  readonly committed: string | null
  /** Its report, if it counts. */
  readonly report: Report | null
  /** The hotkeys whose axons served its report. */
  readonly givers: ReadonlyArray<AccountAddress>
  /** All reports that it signed for the epoch, counted or not, sorted by hash. */
  readonly signed: ReadonlyArray<Signed>
}

export interface ExaminedReports {
  /** The hash of the roster by which the epoch is settled; null if there is none. */
  readonly roster: string | null
  /** In the electorate's order. */
  readonly voters: ReadonlyArray<ExaminedVoter>
  /** Validators whose reports count and are not here; undefined where it is not known which count. */
  readonly lacking: ReadonlyArray<AccountAddress> | undefined
  readonly findings: ReadonlyArray<Finding>
}

const shortHash = (hash: string): string => `${hash.slice(0, 8)}…`

interface SortedReports {
  /** One for each hash, sorted by hash. */
  readonly signed: ReadonlyArray<Signed>
  readonly findings: ReadonlyArray<Finding>
}

/** Sorts the texts that axons served as one voter's report of an epoch: reports that the voter signed, and findings about the others. */
const sorted = (
  hotkey: AccountAddress,
  { genesis, netuid }: Pick<ReportEvidence, "genesis" | "netuid">,
  epoch: number,
  served: ReadonlyArray<Served>
): SortedReports => {
  const signed = new Map<string, Signed>()
  const findings: Array<Finding> = []
  // Most axons serve the same text.
  const known = new Map<string, ReadReport>()
  for (const { from, text } of served.filter(({ of }) => of === hotkey)) {
    const read = known.get(text) ?? readServed(text)
    known.set(text, read)
    const whose = from === hotkey ? "its own report" : `the report of ${hotkey}`
    const wrong = (kind: Finding["kind"], what: string) =>
      findings.push(finding(kind, hotkey, `asked for ${whose}, the axon of ${from} returned ${what}`, { giver: from }))
    if (read._tag === "NotAReport" && isOfAnotherEdition(text)) wrong("another edition", "one by another edition of the rules")
    else if (read._tag === "NotAReport") wrong("not a report", `something else (${read.why})`)
    else if (read._tag === "Forged") wrong("forged signature", `one in the name of ${read.claims} that this hotkey did not sign`)
    else {
      const { body } = read.report
      if (body.validator !== hotkey) wrong("another report", `that of ${body.validator}`)
      else if (body.epoch !== epoch) wrong("another report", `that of epoch ${body.epoch}`)
      else if (body.genesis !== genesis || body.netuid !== netuid)
        wrong("another subnet", `one for subnet ${body.netuid} of chain ${body.genesis}`)
      else {
        const before = signed.get(read.sha256)
        // An axon that was asked twice is named once.
        const givers = new Set(before?.givers).add(from)
        signed.set(read.sha256, { report: before?.report ?? read.report, sha256: read.sha256, givers: [...givers] })
      }
    }
  }
  return { signed: [...signed.values()].toSorted((one, other) => (one.sha256 < other.sha256 ? -1 : 1)), findings }
}

/** The finding on a voter that signed two reports of one epoch. The two signatures are the proof, whatever the reports say. */
const equivocation = (
  hotkey: AccountAddress,
  [one, other]: ReadonlyArray<Signed>,
  known: Equivocation | undefined
): ReadonlyArray<Finding> => {
  if (one === undefined || other === undefined) {
    if (known === undefined) return []
    const [first, second] = known.signed
    const told = `it signed two reports: ${shortHash(first.sha256)} and ${shortHash(second.sha256)}; validators keep the proof`
    return [finding("equivocation", hotkey, told, { proof: known })]
  }
  const signatureOf = ({ sha256, report: { signature } }: Signed) => ({ sha256, signature })
  const proof = equivocationOf(reportStatement(one.report.body), signatureOf(one), signatureOf(other))
  const text = `it signed two reports: ${shortHash(one.sha256)} (given by ${one.givers.join(", ")}) and ${shortHash(other.sha256)} (given by ${other.givers.join(", ")})`
  return [finding("equivocation", hotkey, text, proof === undefined ? {} : { proof })]
}

/** Checks the chain of hashes: a commitment names the validator's previous report, which an earlier commitment must name as well. */
const chainFindings = (
  hotkey: AccountAddress,
  { previous }: CommittedScores,
  before: CommittedScores | undefined,
  epoch: number,
  reportsBefore: ReadonlyArray<Signed>
): ReadonlyArray<Finding> => {
  if (before === undefined) {
    if (previous === NO_REPORT || reportsBefore.some(({ sha256 }) => sha256 === previous)) return []
    const text = `its commitment names ${shortHash(previous)} as its previous report, but the chain has no commitment of it before block E`
    return [finding("chain of hashes unknown", hotkey, text)]
  }
  if (before.sha256 === previous) return []
  const names = previous === NO_REPORT ? "no report" : shortHash(previous)
  const text = `its commitment names ${names} as its previous report, but it was committed to ${shortHash(before.sha256)} for epoch ${before.epoch}`
  if (before.epoch === epoch - 1 || previous === NO_REPORT) return [finding("broken chain of hashes", hotkey, text)]
  // The validator may have stopped or been late, and so never committed to a report of an epoch in between.
  if (reportsBefore.some(({ sha256 }) => sha256 === previous)) return []
  return [finding(reportsBefore.length === 0 ? "chain of hashes unknown" : "broken chain of hashes", hotkey, text)]
}

/** Whether the previous epoch's report is needed to check a validator's chain of hashes. */
export const needsReportBefore = (
  hotkey: AccountAddress,
  { before, atOpening, epoch }: Pick<ReportEvidence, "before" | "atOpening" | "epoch">
): boolean => {
  const [own, last] = [atOpening.get(hotkey), before.get(hotkey)]
  return own?.epoch === epoch.index && own.previous !== NO_REPORT && own.previous !== last?.sha256 && last?.epoch !== epoch.index - 1
}

const commitmentFindings = (hotkey: AccountAddress, committed: string | null, atEnd: CommittedScores | undefined, epoch: number) => {
  if (atEnd?.epoch !== epoch || atEnd.sha256 === committed) return []
  return [
    committed === null
      ? finding("late commitment", hotkey, `it committed to ${shortHash(atEnd.sha256)} after block E + D1, so its report does not count`)
      : finding(
          "two commitments",
          hotkey,
          `it was committed to ${shortHash(committed)} at block E + D1, and to ${shortHash(atEnd.sha256)} afterwards`
        )
  ]
}

export const examineReports = (evidence: ReportEvidence): ExaminedReports => {
  const { epoch, electorate, before, atOpening, atEnd } = evidence
  const given = electorate.voters.map((voter) => ({ ...voter, ...sorted(voter.hotkey, evidence, epoch.index, evidence.served) }))
  const counted = evidence.atSettling === undefined ? undefined : countedOf(electorate, epoch.index, atOpening, evidence.atSettling)

  const admitted = new Map(
    given.flatMap(({ hotkey, signed }) => {
      const expected = { ...evidence, hotkey, committed: committedHash(atOpening.get(hotkey), epoch.index) }
      const found = signed.find(({ report, sha256 }) => refusalOf(report.body, sha256, expected) === undefined)
      return found === undefined ? [] : [[hotkey, found] as const]
    })
  )
  const inForce = evidence.committedRoster
  const seen = [...admitted].flatMap(([hotkey, { report }]) => (counted?.has(hotkey) === false ? [] : [[hotkey, report.body] as const]))
  const roster = settlingRoster(inForce, electorate, new Map(seen))

  const examined = given.map(({ hotkey, stake, signed, findings }) => {
    const commitment = atOpening.get(hotkey)
    const committed = committedHash(commitment, epoch.index)
    const found: Array<Finding> = [...findings, ...commitmentFindings(hotkey, committed, atEnd.get(hotkey), epoch.index)]
    for (const { report, sha256, givers } of signed) {
      const { block, roster: by } = report.body
      const named = `its report ${shortHash(sha256)}`
      if (block !== epoch.firstBlock)
        found.push(finding("another block", hotkey, `${named} is as of block ${block}, but the epoch began at block ${epoch.firstBlock}`))
      if ((roster !== null && by !== roster) || (inForce !== undefined && by !== inForce))
        found.push(
          finding(
            "roster not in force",
            hotkey,
            `${named} was scored by the roster ${shortHash(by)}, ${by === roster ? `as most reports were, but ${shortHash(inForce ?? "")} is in force` : `but the epoch is settled by ${shortHash(roster ?? "")}`}`
          )
        )
      if (committed === null)
        found.push(finding("no commitment", hotkey, `${named} was not committed at block E + D1, so it does not count`))
      else if (committed !== sha256 && !signed.some((one) => one.sha256 === committed))
        found.push(
          finding(
            "other bytes than committed",
            hotkey,
            `${named}, given by ${givers.join(", ")}, is not what it committed to (${shortHash(committed)})`
          )
        )
    }
    const known = evidence.proofs?.get(hotkey)
    found.push(...equivocation(hotkey, signed, known))
    if (signed.length === 0 && committed !== null)
      found.push(finding("no report", hotkey, `no source has the report ${shortHash(committed)} that it committed to`))
    if (signed.length === 0 && committed === null && found.length === 0)
      found.push(finding("no report", hotkey, "it committed to no report, and no source has one"))
    if (commitment?.epoch === epoch.index) {
      const reportsBefore = sorted(hotkey, evidence, epoch.index - 1, evidence.servedBefore).signed
      found.push(...chainFindings(hotkey, commitment, before.get(hotkey), epoch.index, reportsBefore))
    }
    const own = admitted.get(hotkey)
    const isSeen = counted?.has(hotkey) ?? true
    if (own !== undefined && !isSeen && signed.length === 1 && known === undefined)
      found.push(
        finding(
          "not seen by most",
          hotkey,
          `at block E + D2, too few validators had committed that they have its report ${shortHash(own.sha256)} (it takes more than half of all stake), so it does not count`
        )
      )
    const counting = isSeen && own?.report.body.roster === roster ? own : undefined
    const voter: ExaminedVoter = { hotkey, stake, committed, report: counting?.report.body ?? null, givers: counting?.givers ?? [], signed }
    return { voter, found }
  })
  const voters = examined.map(({ voter }) => voter)
  const lacking = counted && [...counted.keys()].filter((hotkey) => !admitted.has(hotkey))
  return { roster, voters, lacking, findings: examined.flatMap(({ found }) => found) }
}
