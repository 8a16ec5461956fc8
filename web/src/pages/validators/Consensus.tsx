import { endpoints } from "../../api/endpoints.ts"
import { CopyTable } from "../../components/CopyTable.tsx"
import { DivergenceLine } from "../../components/DivergenceLine.tsx"
import { EpochTable } from "../../components/EpochTable.tsx"
import { ChoiceField } from "../../components/Fields.tsx"
import { Findings } from "../../components/Findings.tsx"
import { ListView } from "../../components/Lists.tsx"
import { Section } from "../../components/Page.tsx"
import { useList } from "../../data/hooks.ts"
import { useQuery } from "../../routes/useQuery.ts"

/** How a validator's own scores differ from the consensus over time, as it says itself. */
const Divergences = ({ validator }: { readonly validator: string }) => (
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

interface Props {
  /** Limits the lists to this validator. */
  readonly validator?: string | undefined
}

const Epochs = ({ validator }: Props) => (
  <Section title="Consensus" note="what each epoch's reports come to, newest first">
    <ListView
      list={useList(endpoints.consensusEpochs({ validator }))}
      isOneOfSeveral
      empty={{
        title: "No consensus yet",
        why:
          validator === undefined
            ? "Once validators report their scores to each other, the index audits each epoch and shows it here."
            : "Epochs in which this validator can report are shown here once the index has audited them."
      }}
    >
      {(items) => <EpochTable epochs={items} />}
    </ListView>
  </Section>
)

/** What audits found: broken rules, or everything. */
const EvidenceList = ({ validator }: Props) => {
  const query = useQuery()
  const all = query.get("evidence") === "all"
  return (
    <Section title="Evidence" note={`what audits found${validator === undefined ? "" : " about it"}, newest first`}>
      <div className="filters-row">
        <ChoiceField<"wrong" | "all">
          label="What"
          value={all ? "all" : "wrong"}
          choices={[
            ["wrong", "broken rules"],
            ["all", "also what is missing"]
          ]}
          onChange={(value) => query.set({ evidence: value === "all" ? "all" : undefined })}
        />
      </div>
      <ListView
        list={useList(endpoints.evidence({ validator, severity: all ? undefined : "wrong" }))}
        isOneOfSeveral
        empty={{
          title: "Nothing",
          why: all
            ? "No audit has found anything."
            : `No audit has found that ${validator === undefined ? "somebody" : "it"} broke the rules of reporting.`
        }}
      >
        {(items) => <Findings findings={items} label="Evidence" />}
      </ListView>
    </Section>
  )
}

/** What an index knows of consensus, of all validators or of one. Without any epoch, one sentence says so. */
export const Consensus = ({ validator }: Props) => {
  const { items } = useList(endpoints.consensusEpochs({ validator }))
  if (items?.length === 0) return <Epochs validator={validator} />
  return (
    <>
      {validator === undefined ? null : <Divergences validator={validator} />}
      <EvidenceList validator={validator} />
      <Epochs validator={validator} />
    </>
  )
}
