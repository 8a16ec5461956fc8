import type { SameAccount as Other } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { MinerName } from "./Names.tsx"
import { Rating } from "./Ratings.tsx"
import { When } from "./Values.tsx"

interface Props {
  /** Oldest link first. */
  readonly others: ReadonlyArray<Other>
}

const CLAIM = "not proven now: anyone can claim any GitHub account"

const Claim = () => (
  <span className="muted" title={CLAIM}>
    (a claim)
  </span>
)

/** The other hotkeys that linked a miner's GitHub account, each with its results. */
export const SameAccount = ({ others }: Props) => (
  <ul className="same-account">
    {others.map(({ hotkey, uid, linkedAt, proven, rating, provisional, won, lost, expired }) => (
      <li key={hotkey}>
        <MinerName miner={{ hotkey, uid }} />
        {rating === null ? (
          <span>never enrolled</span>
        ) : (
          <span>
            won {wholeNumber(won)}, lost {wholeNumber(lost)}, expired {wholeNumber(expired)}, rated{" "}
            <Rating points={rating} provisional={provisional} />
          </span>
        )}
        <span className="muted">
          linked <When at={linkedAt} as="short" />, {proven ? "proven" : CLAIM}
        </span>
      </li>
    ))}
  </ul>
)

/** How many hotkeys the short line names. The miner's page has them all. */
const HOTKEYS_NAMED = 3

/** The same in one line of a competitor's facts, of those that ever enrolled. Nothing if there are none. */
export const AlsoPlayed = ({ others }: Props) => {
  const players = others.filter(({ rating }) => rating !== null)
  if (players.length === 0) return null
  return (
    <div>
      <dt title="other hotkeys that linked the same GitHub account">Also played as</dt>
      <dd className="also-played">
        {players.slice(0, HOTKEYS_NAMED).map(({ hotkey, uid, proven }) => (
          <span key={hotkey}>
            <MinerName miner={{ hotkey, uid }} picture={false} /> {proven ? null : <Claim />}
          </span>
        ))}
        {players.length > HOTKEYS_NAMED ? <span>and {wholeNumber(players.length - HOTKEYS_NAMED)} more</span> : null}
      </dd>
    </div>
  )
}
