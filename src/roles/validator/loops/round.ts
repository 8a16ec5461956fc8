/** The round loop's step: attests in the round's first blocks, and again when enrolments arrive. Votes for pairs once afterwards. */
import { Effect } from "effect"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { set } from "../../../layers/machine/telemetry/metrics.ts"
import { Journal } from "../../../layers/protection/Journal.ts"
import { Enrolments } from "../../../scoring/issue_competitions/enrolments/Enrolments.ts"
import type { IssueCompetitions } from "../../../scoring/issue_competitions/IssueCompetitions.ts"
import { unlessEnded } from "../SubnetEnd.ts"

export const make = ({ attest, pair, placeAt }: IssueCompetitions) =>
  unlessEnded(
    Effect.fn("validator.round")(function* (head: BlockReference) {
      const { phase, round } = yield* placeAt(head)
      yield* set("gittensor_round", round)
      if (phase === "attest") yield* attest(head)
      else if (yield* pair(head)) {
        yield* (yield* Enrolments).prune
        yield* (yield* Journal).dropExpired(head.number)
      }
    })
  )
