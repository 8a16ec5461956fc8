/** Shows the divergence of the validator's own scores from the consensus: the figure for deciding whether to set weights by consensus. */
import { Effect, Either, Schema } from "effect"
import { signedDivergence } from "../../domain/Divergence.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import type { Neuron } from "../../domain/Metagraph.ts"
import { PeerReports } from "../../layers/chain/axon/reports/PeerReports.ts"
import { ENOUGH_AGREEMENT, figureOf, judgeDivergence } from "../../rules/consensus/divergenceFigure.ts"
import { type CheckResult, ok, shareOfTimeLimit, silent, skipped, warning, wrong } from "./Check.ts"

const decode = Schema.decodeUnknownEither(signedDivergence.Text)

const ratio = (ppm: number): string => (ppm / 1_000_000).toFixed(3)

/** Parses a validator's signed divergence. `validator`: the expected signer. */
const divergenceResult = (text: string, validator: string): CheckResult => {
  const foreign = "look at the axon above: is another program listening there?"
  const found = decode(text)
  if (Either.isLeft(found)) return wrong(`the axon's divergence cannot be used: ${problemOf(found.left)}`, foreign)
  const { body } = found.right
  if (body.validator !== validator) return wrong(`the axon shows the divergence of ${body.validator}`, foreign)
  const figure = figureOf(body.epochs)
  const { compared, epochs, lowestSpearmanPpm, medianSpearmanPpm, sameTops, tops } = figure
  const correlation =
    lowestSpearmanPpm === null || medianSpearmanPpm === null
      ? "no rank correlation"
      : `rank correlation at least ${ratio(lowestSpearmanPpm)}, median ${ratio(medianSpearmanPpm)}`
  const facts = `own scores could be compared with the consensus in ${compared} of ${epochs} epochs: same best miner in ${sameTops} of ${tops}, ${correlation}`
  switch (judgeDivergence(figure)) {
    case "Near":
      return ok(`${facts}; near enough for --weight-mode consensus`)
    case "TooFew":
      return ok(`${facts}; too few to decide on --weight-mode consensus, which takes ${ENOUGH_AGREEMENT.epochs} epochs with scores`)
    case "Rare":
      return warning(
        `${facts}; too rarely for --weight-mode consensus`,
        "stay with --weight-mode shadow until most validators report, this one included"
      )
    case "Far":
      return warning(
        `${facts}; too far for --weight-mode consensus`,
        "stay with --weight-mode shadow, and find out why (docs/reference/consensus.md, Divergence): a token that GitHub refuses, for example"
      )
  }
}

/** Asks the validator's own axon, the only source of the divergence. The axon check reports an unreachable axon. */
export const consensusResult = Effect.fn("doctor.consensus")(function* (neuron: Neuron | undefined) {
  if (neuron === undefined || neuron.axon === null) return skipped("there is no axon to ask")
  const { axon, hotkey } = neuron
  const peers = yield* PeerReports
  const fetched = yield* peers.divergence({ ...axon, hotkey }).pipe(Effect.timeout(yield* shareOfTimeLimit(0.4)), Effect.either)
  if (Either.isRight(fetched)) return divergenceResult(fetched.right, hotkey)
  const why = fetched.left._tag === "ReportNotFetched" ? fetched.left.reason : "slow"
  return why === "refused"
    ? ok("own scores are not compared with the consensus; validate --weight-mode shadow does so, and changes no weights")
    : silent(`${axon.ip}:${axon.port} does not show how its scores differ from the consensus: ${why}`, "run the doctor again later")
})
