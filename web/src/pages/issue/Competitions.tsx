import { memo } from "react"
import { endpoints } from "../../api/endpoints.ts"
import { EmptyState } from "../../components/EmptyState.tsx"
import { HeldRows } from "../../components/HeldRows.tsx"
import { ListFoot } from "../../components/ListFoot.tsx"
import { MinerName } from "../../components/MinerName.tsx"
import { Section } from "../../components/Section.tsx"
import { Skeleton } from "../../components/Skeleton.tsx"
import { StatusChip } from "../../components/StatusChip.tsx"
import { Table } from "../../components/Table.tsx"
import { When } from "../../components/When.tsx"
import { useList } from "../../data/hooks.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

/** All competitions on an issue; after one expires, another can start. */
export const Competitions = memo(({ issue }: { readonly issue: number }) => {
  const list = useList(endpoints.competitions({ issue: `${issue}` }))
  return (
    <Section title="Matches">
      {list.items === undefined ? (
        list.problem === undefined ? (
          <Skeleton height="6rem" />
        ) : null
      ) : list.items.length === 0 ? (
        <EmptyState title="None yet">
          When its bounty is full and enough miners are enrolled, validators vote for the pair and the match starts.
        </EmptyState>
      ) : (
        <HeldRows list={list} items={list.items}>
          {(items) => (
            <Table
              caption="Matches on this issue"
              items={items}
              keyOf={({ id }) => `${id}`}
              columns={[
                { name: "Match", cell: ({ id }) => <Link to={pageAddress("competition", { id })}>Match {id}</Link> },
                { name: "A", cell: ({ a }) => <MinerName miner={a} /> },
                { name: "B", cell: ({ b }) => <MinerName miner={b} /> },
                { name: "Status", cell: ({ status }) => <StatusChip status={status} /> },
                { name: "Winner", cell: ({ winner, a, b }) => (winner === null ? "" : <MinerName miner={winner === "a" ? a : b} />) },
                { name: "Started", cell: ({ startedAt }) => <When at={startedAt} as="both" /> },
                { name: "Ended", cell: ({ endedAt }) => (endedAt === null ? "" : <When at={endedAt} as="both" />) }
              ]}
            />
          )}
        </HeldRows>
      )}
      <ListFoot list={list} />
    </Section>
  )
})
