import { endpoints } from "../api/endpoints.ts"
import { Crosstable } from "../components/Crosstable.tsx"
import { ChoiceField } from "../components/Fields.tsx"
import { ListView } from "../components/Lists.tsx"
import { RankedTable, UnrankedTable } from "../components/MinerTable.tsx"
import { PageHead, Section, Skeleton } from "../components/Page.tsx"
import { useList } from "../data/hooks.ts"
import { useQuery } from "../routes/useQuery.ts"

/** The rows of the crosstable, and the competitions that it counts. */
const MOST = 20
const GAMES = 100

const WHO = ["all", "false"] as const

export default function LeaderboardPage() {
  const query = useQuery()
  const who = query.oneOf("who", WHO)
  const registered = who === "all" ? undefined : who === "false" ? "false" : "true"
  const list = useList(endpoints.leaderboard({ registered }))
  const unranked = useList(endpoints.miners({ enrolled: "true", rated: "false", registered }))
  const games = useList(endpoints.competitions({ status: ["Won"], limit: `${GAMES}` }))
  return (
    <div className="page">
      <PageHead title="Leaderboard">
        <p className="page-note">By rating, among miners with a rated match. A "?" marks a rating from fewer than 10 of them.</p>
      </PageHead>
      <search className="filters">
        <div className="filters-row">
          <ChoiceField<"registered" | "all" | "false">
            label="Who"
            value={who ?? "registered"}
            choices={[
              ["registered", "registered now"],
              ["all", "everybody ever rated"],
              ["false", "former miners"]
            ]}
            onChange={(value) => query.set({ who: value === "registered" ? undefined : value })}
          />
        </div>
      </search>
      <Section title="By rating">
        <ListView list={list} height="24rem" empty={{ title: "No ratings yet", why: "Ratings begin when the first match is decided." }}>
          {(items) => <RankedTable items={items} caption="Leaderboard" />}
        </ListView>
      </Section>
      {games.items === undefined && games.problem === undefined ? <Skeleton height="12rem" /> : null}
      {list.items === undefined || games.items === undefined || games.items.length === 0 ? null : (
        <Section title="Crosstable" note={`the first ${MOST} by rating, in the latest ${GAMES} wins`}>
          <Crosstable
            miners={list.items.slice(0, MOST).map(({ hotkey, github }) => ({ hotkey, login: github?.proven ? github.login : null }))}
            competitions={games.items}
          />
        </Section>
      )}
      <Section title="Not ranked yet" note="enrolled, without a rated match in 60 days">
        <ListView list={unranked} empty={{ title: "Nobody", why: "Every miner that ever enrolled has a rated match." }}>
          {(items) => <UnrankedTable items={items} caption="Not ranked yet" />}
        </ListView>
      </Section>
    </div>
  )
}
