import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { competitionQuality } from "../book/quality.ts"
import { Side } from "./Side.tsx"

const LINES = { from: 0, to: 432_000, scale: [1_400, 1_700], a: [], b: [{ block: 90_000, before: 1_500, after: 1_502.1 }] } as const

export default {
  name: "Side",
  about: "One competitor: identity, strength and pull requests for this issue. The other side is mirrored.",
  pages: ["Match"],
  props: [
    ["side", '"a" | "b"', ""],
    ["competition", "CompetitionDetail", ""],
    ["lines", "Lines | undefined", "both rating lines on one scale; undefined while loading"],
    ["quality", "CompetitionQuality | undefined", "what validators found out about the pull requests; undefined while loading"]
  ],
  feeds: [
    "/v1/competitions/{id}: a, b, records, pullRequests, winner",
    "/v1/ratings: at, before, after",
    "/v1/competitions/{id}/quality: heads"
  ],
  states: [
    ["a, while the lines load", <Side key="" side="a" competition={competitions.running} lines={undefined} quality={undefined} />],
    ["a has won", <Side key="" side="a" competition={competitions.won} lines={LINES} quality={competitionQuality} />],
    ["b has lost", <Side key="" side="b" competition={competitions.won} lines={LINES} quality={competitionQuality} />],
    ["b without a pull request", <Side key="" side="b" competition={competitions.window} lines={LINES} quality={competitionQuality} />]
  ]
} satisfies Entry
