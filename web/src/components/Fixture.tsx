import { minerName } from "../../../src/story/names.ts"
import { upsetOf } from "../../../src/story/results.ts"
import type { Competition } from "../api/types.ts"
import { changeText } from "../format/rating.ts"
import { MinerName } from "./Names.tsx"
import { Rating } from "./Ratings.tsx"

type Side = "a" | "b"

const VERBS: Readonly<Record<Competition["status"], string>> = { Running: "vs", Won: "beat", Expired: "vs", Unsolved: "vs", Void: "vs" }

/** Who plays whom, winner first: "amber-kite beat hazel-rook". */
export const Fixture = ({ competition, ahead }: { readonly competition: Competition; readonly ahead?: Side | null }) => {
  const { status, winner } = competition
  const order: readonly [Side, Side] = winner === "b" ? ["b", "a"] : ["a", "b"]
  const side = (name: Side) => {
    const one = competition[name]
    return (
      <span className={`fixture-side side-${name}`} data-ahead={winner === name || ahead === name ? "" : undefined}>
        <MinerName miner={one} />
        {one.ratingAfter === null ? (
          <Rating points={one.rating} provisional={one.provisional} />
        ) : (
          <span className="fixture-move" title={`rating ${one.rating.toFixed(0)}, then ${one.ratingAfter.toFixed(0)}`}>
            {changeText(one.rating, one.ratingAfter)}
          </span>
        )}
      </span>
    )
  }
  return (
    <span className="fixture">
      {side(order[0])}{" "}
      <span className="fixture-other">
        <span className="fixture-verb">{VERBS[status]}</span> {side(order[1])}
      </span>
    </span>
  )
}

/** Marks a win against the odds. */
export const Upset = ({ competition }: { readonly competition: Competition }) => {
  const expected = upsetOf(competition)
  const { winner } = competition
  if (expected === undefined || winner === null) return null
  const percent = `${Math.round(expected * 100)}%`
  return (
    <span className="upset" title={`By the ratings, ${minerName(competition[winner])} was expected to win with ${percent}`}>
      upset: {percent} chance
    </span>
  )
}
