import { memo } from "react"
import { endpoints } from "../../api/endpoints.ts"
import { EmptyState } from "../../components/EmptyState.tsx"
import { HeldRows } from "../../components/HeldRows.tsx"
import { ListFoot } from "../../components/ListFoot.tsx"
import { PullRequestTable } from "../../components/PullRequestTable.tsx"
import { Section } from "../../components/Section.tsx"
import { Skeleton } from "../../components/Skeleton.tsx"
import { useList } from "../../data/hooks.ts"

export const PullRequests = memo(({ issue }: { readonly issue: number }) => {
  const list = useList(endpoints.pullRequests({ issue: `${issue}` }))
  return (
    <Section title="Pull requests">
      {list.items === undefined ? (
        list.problem === undefined ? (
          <Skeleton height="6rem" />
        ) : null
      ) : list.items.length === 0 ? (
        <EmptyState title="No pull request is linked to it">
          GitHub is asked while a match runs. A pull request counts if it says that it closes the issue.
        </EmptyState>
      ) : (
        <HeldRows list={list} items={list.items}>
          {(items) => <PullRequestTable items={items} caption="Pull requests linked to this issue" />}
        </HeldRows>
      )}
      <ListFoot list={list} />
    </Section>
  )
})
