import { memo } from "react"
import { endpoints } from "../../api/endpoints.ts"
import { EventTable } from "../../components/EventTable.tsx"
import { HeldRows } from "../../components/HeldRows.tsx"
import { ListFoot } from "../../components/ListFoot.tsx"
import { Section } from "../../components/Section.tsx"
import { Skeleton } from "../../components/Skeleton.tsx"
import { useList } from "../../data/hooks.ts"

/** All events of an issue. Like the page's other lists, it is drawn again only when its own rows change. */
export const History = memo(({ issue }: { readonly issue: number }) => {
  const list = useList(endpoints.events({ issue: `${issue}` }))
  return (
    <Section title="History">
      {list.items === undefined ? (
        list.problem === undefined ? (
          <Skeleton height="10rem" />
        ) : null
      ) : (
        <HeldRows list={list} items={list.items}>
          {(items) => <EventTable items={items} caption="Events" />}
        </HeldRows>
      )}
      <ListFoot list={list} />
    </Section>
  )
})
