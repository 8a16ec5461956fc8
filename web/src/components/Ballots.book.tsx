import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Ballots } from "./Ballots.tsx"

export default {
  name: "Ballots",
  about: "The votes by stake: the outcome ballots, which fill towards the quorum, and the pair ballot.",
  pages: ["Match"],
  props: [
    ["competition", "CompetitionDetail", ""],
    ["quorum", "number | undefined", "the share of the stake that decides"]
  ],
  feeds: ["/v1/competitions/{id}: votes, outcome, challengePeriod", "/v1/config: config.quorumBps"],
  states: [
    ["no votes", <Ballots key="" competition={competitions.window} quorum={0.5001} />],
    ["voting", <Ballots key="" competition={competitions.running} quorum={0.5001} />],
    ["they agree, and one is not old enough", <Ballots key="" competition={competitions.agreeing} quorum={0.5001} />],
    ["they agree to cancel, and it can be settled", <Ballots key="" competition={competitions.cancelling} quorum={0.5001} />],
    ["settled", <Ballots key="" competition={competitions.won} quorum={0.5001} />],
    ["cancelled", <Ballots key="" competition={competitions.cancelled} quorum={0.5001} />],
    ["expired without a vote", <Ballots key="" competition={competitions.expired} quorum={0.5001} />]
  ]
} satisfies Entry
