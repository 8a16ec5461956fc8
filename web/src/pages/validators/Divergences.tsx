import { endpoints } from "../../api/endpoints.ts"
import { CopyTable } from "../../components/CopyTable.tsx"
import { DivergenceLine } from "../../components/DivergenceLine.tsx"
import { ListView } from "../../components/ListView.tsx"
import { Section } from "../../components/Section.tsx"
import { useList } from "../../data/hooks.ts"

/** How a validator's own scores differ from the consensus over time, as it says itself. */
export const Divergences = ({ validator }: { readonly validator: string }) => (
  <Section title="Divergence" note="its own scores against the consensus, as it signed them">
    <ListView
      list={useList(endpoints.divergence({ validator }))}
      height="12rem"
      empty={{
        title: "None published yet",
        why: "A validator that computes the consensus publishes each epoch how near its own scores are to it."
      }}
    >
      {(items) => {
        const copied = items.find(({ copies }) => copies.length > 0)
        return (
          <>
            <DivergenceLine divergences={items} />
            {copied === undefined ? null : <CopyTable divergence={copied} />}
          </>
        )
      }}
    </ListView>
  </Section>
)
