import type { Miner, Ranked } from "../api/types.ts"
import { type Column, Table } from "./Lists.tsx"
import { Account, MinerName } from "./Names.tsx"
import { Form, Rating, RecordLine, Streak } from "./Ratings.tsx"
import { Amount, When } from "./Values.tsx"

const named = ({ hotkey, uid, github }: Miner) => ({
  hotkey,
  uid,
  login: github?.proven ? github.login : null,
  avatar: github?.proven ? github.avatar : null
})

const common: ReadonlyArray<Column<Miner>> = [
  { name: "Miner", cell: (miner) => <MinerName miner={named(miner)} /> },
  {
    name: "Rating",
    numeric: true,
    cell: ({ rating, provisional, ratedGames }) => (
      <span title={`${ratedGames} rated matches in 60 days`}>
        <Rating points={ratedGames === 0 ? null : rating} provisional={provisional} />
      </span>
    )
  },
  {
    name: "Won / lost / expired",
    numeric: true,
    cell: ({ won, lost, expired }) => <RecordLine won={won} lost={lost} expired={expired} />
  },
  { name: "Earned", numeric: true, cell: ({ earned }) => <Amount rao={earned} decimals={2} /> }
]

export const MinerTable = ({ items, caption }: { readonly items: ReadonlyArray<Miner>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ hotkey }) => hotkey}
    columns={[
      { name: "UID", numeric: true, cell: ({ uid }) => uid ?? <span className="muted">none</span> },
      ...common,
      {
        name: "GitHub",
        cell: ({ github }) =>
          github === null ? (
            <span className="muted">not linked</span>
          ) : (
            <>
              {github.login ?? `account ${github.account}`}
              {github.proven ? null : <span className="muted">{github.proven === null ? " (not checked yet)" : " (not proven)"}</span>}
            </>
          )
      },
      {
        name: "Pairs",
        cell: ({ eligible, enrolledAt }) =>
          enrolledAt === null ? (
            <span className="muted">never enrolled</span>
          ) : eligible ? (
            "can be paired"
          ) : (
            <span className="muted">rating too low</span>
          )
      },
      {
        name: "Coldkey",
        cell: ({ coldkey }) => (coldkey === null ? <span className="muted">not known</span> : <Account address={coldkey} />)
      },
      {
        name: "Registered",
        cell: ({ registeredAt, firstSeenAt }) =>
          registeredAt === null ? (
            <span className="muted">
              seen <When at={firstSeenAt} as="both" />
            </span>
          ) : (
            <When at={registeredAt} as="both" />
          )
      }
    ]}
  />
)

/** The leaderboard: miners by rating, with ranks. */
export const RankedTable = ({ items, caption }: { readonly items: ReadonlyArray<Ranked>; readonly caption: string }) => (
  <Table<Ranked>
    caption={caption}
    items={items}
    keyOf={({ hotkey }) => hotkey}
    look="ranked"
    columns={[
      {
        name: "Rank",
        numeric: true,
        cell: ({ rank }) => (
          <span className="rank" data-first={rank <= 3 ? "" : undefined}>
            {rank}
          </span>
        )
      },
      ...common,
      {
        name: "Form, newest first",
        cell: (miner) => (
          <>
            <Form results={miner.form} />
            <Streak of={miner} />
          </>
        )
      },
      { name: "UID", numeric: true, cell: ({ uid }) => uid ?? <span className="muted">left</span> },
      { name: "Last match", cell: ({ lastMatchAt }) => (lastMatchAt === null ? "" : <When at={lastMatchAt} as="both" />) }
    ]}
  />
)

/** Miners that enrolled or compete, but have no rated game and so no rank. */
export const UnrankedTable = ({ items, caption }: { readonly items: ReadonlyArray<Miner>; readonly caption: string }) => (
  <Table<Miner>
    caption={caption}
    items={items}
    keyOf={({ hotkey }) => hotkey}
    columns={[
      { name: "Miner", cell: (miner) => <MinerName miner={named(miner)} /> },
      { name: "UID", numeric: true, cell: ({ uid }) => uid ?? <span className="muted">left</span> },
      { name: "First enrolled", cell: ({ enrolledAt }) => (enrolledAt === null ? "" : <When at={enrolledAt} as="both" />) }
    ]}
  />
)
