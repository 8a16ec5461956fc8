import type { Entry } from "../book/Entry.ts"
import { RatingLine } from "./RatingLine.tsx"

const POINTS = [
  { block: 40_000, before: 1_500, after: 1_516 },
  { block: 160_000, before: 1_516, after: 1_498 },
  { block: 300_000, before: 1_498, after: 1_540 },
  { block: 390_000, before: 1_540, after: 1_560 }
]

export default {
  name: "RatingLine",
  about: "A rating over 60 days as a step line.",
  pages: ["Match", "Miner"],
  props: [
    ["points", "ReadonlyArray<{ block, before, after }>", "oldest first"],
    ["rating", "number | null", "what it is now"],
    ["from, to", "number", "the first and the last block"],
    ["name", "string", "whose rating it is"],
    ["side", '"a" | "b"', "its colour"],
    ["scale", "[low, high]", "shared by two compared lines"],
    ["mark", "number", "a block to mark"],
    ["timeOf", "(block) => number", "adds axes with values and dates"]
  ],
  feeds: ["/v1/ratings: at, before, after"],
  states: [
    ["matches", <RatingLine key="" name="ada" side="a" points={POINTS} rating={1_560} from={0} to={432_000} mark={300_000} />],
    [
      "with axes",
      <RatingLine
        key=""
        name="ada"
        points={POINTS}
        rating={1_560}
        from={0}
        to={432_000}
        timeOf={(block) => Date.UTC(2026, 0, 1) + block * 12_000}
      />
    ],
    ["no matches in that time", <RatingLine key="" name="ada" side="b" points={[]} rating={1_500} from={0} to={432_000} />],
    ["never rated", <RatingLine key="" name="ada" points={[]} rating={null} from={0} to={432_000} />]
  ]
} satisfies Entry
