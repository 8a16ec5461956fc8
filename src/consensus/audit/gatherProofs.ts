/** Asks validators for equivocations: proofs that somebody signed two reports of an epoch. The two signatures are the proof; the sender does not matter. */
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Equivocation } from "../../domain/Equivocation.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { reportStatement } from "../../domain/Report.ts"
import { PeerReports } from "../../layers/chain/axon/reports/PeerReports.ts"
import type { ReportEvidence } from "./examineReports.ts"

/** Validators asked: proofs spread to all, so a few are enough. */
const VALIDATORS_ASKED = 8

const decodeAnswer = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ equivocations: Schema.Array(Schema.Unknown) })))
const decodeProof = Schema.decodeUnknownOption(Equivocation)

type EpochOfProofs = Pick<ReportEvidence, "genesis" | "netuid" | "epoch" | "electorate">

/** The proofs in one axon's answer. Proofs that are not about a report of the epoch by one of its voters are dropped. */
const provenIn = (text: string, { genesis, netuid, epoch, electorate }: EpochOfProofs): ReadonlyArray<Equivocation> => {
  const items = Option.match(decodeAnswer(text), { onNone: () => [], onSome: ({ equivocations }) => equivocations })
  // Each proof is verified, which takes milliseconds.
  return items
    .slice(0, electorate.voters.length)
    .flatMap((item) =>
      Option.toArray(decodeProof(item)).filter(
        ({ signer, lines }) =>
          electorate.voters.some(({ hotkey }) => hotkey === signer) &&
          lines.join("\n") === reportStatement({ genesis, netuid, epoch: epoch.index, validator: signer }).lines.join("\n")
      )
    )
}

export const gatherProofs = Effect.fn("gatherProofs")(function* (targets: ReadonlyArray<AxonTarget>, about: EpochOfProofs) {
  const peers = yield* PeerReports
  const answers = yield* Effect.forEach(
    targets.slice(0, VALIDATORS_ASKED),
    (target) => Effect.map(Effect.option(peers.evidence(target, about.epoch.index)), Option.toArray),
    { concurrency: VALIDATORS_ASKED }
  )
  const proofs: ReadonlyMap<AccountAddress, Equivocation> = new Map(
    answers.flat().flatMap((text) => provenIn(text, about).map((proof): readonly [AccountAddress, Equivocation] => [proof.signer, proof]))
  )
  return proofs
})
