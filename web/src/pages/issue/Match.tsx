import { scoreboardOf } from "../../../../src/story/scoreboard.ts"
import { endpoints } from "../../api/endpoints.ts"
import { Scoreboard } from "../../components/Scoreboard.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { numberIn } from "../../format/json.ts"
import { useLive } from "../../live/live.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

/** The running or last match on an issue. */
export const Match = ({ id, bounty }: { readonly id: number; readonly bounty: string }) => {
  const { head, pace } = useLive()
  const { data: competition } = useAnswer(endpoints.competition(id))
  const { data: config } = useAnswer(endpoints.config())
  if (competition === undefined) return <div className="board-place" />
  const bps = numberIn(config?.config, "quorumBps")
  const quorum = bps === undefined ? undefined : bps / 10_000
  return (
    <Scoreboard
      key={`${head === undefined}-${quorum === undefined}`}
      competition={competition}
      state={scoreboardOf(competition, { head, pace, quorum, bounty })}
    >
      <p className="board-more">
        <Link to={pageAddress("competition", { id })}>{competition.status === "Running" ? "Watch the match" : "See the whole match"}</Link>
      </p>
    </Scoreboard>
  )
}
