import { memo } from "react"
import { endpoints } from "../../api/endpoints.ts"
import { CallLink } from "../../components/CallLink.tsx"
import { Fold } from "../../components/Fold.tsx"
import { HeldRows } from "../../components/HeldRows.tsx"
import { ListFoot } from "../../components/ListFoot.tsx"
import { Table } from "../../components/Table.tsx"
import { ValidatorName } from "../../components/ValidatorName.tsx"
import { When } from "../../components/When.tsx"
import { useList } from "../../data/hooks.ts"

/** Validators' attestations by round. */
export const Attestations = memo(({ issue }: { readonly issue: number }) => {
  const list = useList(endpoints.attestations({ issue: `${issue}` }))
  if (list.items !== undefined && list.items.length === 0) return null
  return (
    <Fold title="Attestations" note="UIDs that each validator saw enrolled or skipping" isOpenOnWide>
      {list.items === undefined ? null : (
        <HeldRows list={list} items={list.items}>
          {(items) => (
            <Table
              caption="Attestations"
              items={items}
              keyOf={({ at, event }) => `${at.block}-${event}`}
              columns={[
                { name: "Round", numeric: true, cell: ({ round }) => round },
                {
                  name: "Validator",
                  cell: ({ validator }) => <ValidatorName hotkey={validator} />
                },
                { name: "Enrolled", cell: ({ enrolled }) => enrolled.join(", ") || "none" },
                { name: "Skipping", cell: ({ skipped }) => skipped.join(", ") || "none" },
                { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
                { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
              ]}
            />
          )}
        </HeldRows>
      )}
      <ListFoot list={list} />
    </Fold>
  )
})
