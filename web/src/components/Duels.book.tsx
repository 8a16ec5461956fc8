import { costs, duels } from "../book/duels.ts"
import type { Entry } from "../book/Entry.ts"
import { Duels } from "./Duels.tsx"

const DOCUMENTS = [{ validator: duels.won.validator, at: duels.won.begunAt }]
const NAMES = { a: "UID 17", b: "UID 42" }

export default {
  name: "Duels",
  about: "Which solution validators' judges prefer, by criterion and in both orders; who judged, and what it cost. It decides nothing.",
  pages: ["Match"],
  props: [
    ["duels", "ReadonlyArray<QualityDuel>", "the newest first"],
    ["costs", "ReadonlyArray<QualityCost>", "what the judges cost for the issue"],
    ["names", "Names", "what the competitors are called"],
    ["documents", 'CompetitionQuality["documents"]', "whose signed documents the index has"],
    ["competition", "number", "the match's number"]
  ],
  feeds: ["/v1/competitions/{id}/quality: duels, costs, documents"],
  states: [
    ["one is preferred", <Duels key="" duels={[duels.won]} costs={costs} names={NAMES} competition={4} documents={DOCUMENTS} />],
    ["a draw, and no result", <Duels key="" duels={[duels.draw, duels.none]} costs={costs} names={NAMES} competition={4} documents={[]} />],
    ["failed, and under way", <Duels key="" duels={[duels.failed, duels.open]} costs={[]} names={NAMES} competition={4} documents={[]} />],
    ["none", <Duels key="" duels={[]} costs={[]} names={NAMES} competition={4} documents={[]} />]
  ]
} satisfies Entry
