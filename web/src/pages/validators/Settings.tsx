import { endpoints } from "../../api/endpoints.ts"
import type { ConfigChange } from "../../api/types.ts"
import { Announced } from "../../components/Announced.tsx"
import { ListView, Table } from "../../components/Lists.tsx"
import { Account, CallLink } from "../../components/Names.tsx"
import { ApiProblem, EmptyState, Facts, Fold, Section, Skeleton } from "../../components/Page.tsx"
import { Amount, Json, When } from "../../components/Values.tsx"
import { useAnswer, useList } from "../../data/hooks.ts"
import { basisPoints, wholeNumber } from "../../format/amount.ts"
import { shownJson, textIn } from "../../format/json.ts"
import { sentence, settingName, spaced } from "../../format/names.ts"
import { blocksText } from "../../format/time.ts"
import { usePace } from "../../live/live.ts"

const IN_BLOCKS = [
  "day",
  "submissionWindow",
  "competitionLength",
  "outcomeGrace",
  "challengePeriod",
  "roundLength",
  "attestBlocks",
  "recycleAfter",
  "ownerDelay"
]

/** Formats a setting by its unit: blocks with hours, shares in percent, amounts in alpha. */
const Setting = ({ name, value }: { readonly name: string; readonly value: unknown }) => {
  const pace = usePace()
  if (typeof value === "number" && IN_BLOCKS.includes(name)) return <>{blocksText(value, pace)}</>
  if (typeof value === "number" && name.endsWith("Bps")) return <span title={`${value} basis points`}>{basisPoints(value)}</span>
  if (typeof value === "number") return <>{wholeNumber(value)}</>
  if (typeof value === "string" && /^\d+$/.test(value)) return <Amount rao={value} decimals={9} />
  if (typeof value === "string" && value.startsWith("5")) return <Account address={value} />
  if (typeof value === "string") return <>{value}</>
  const tag = textIn(value, "_tag")
  return tag === undefined ? <code className="cell-code">{shownJson(value)}</code> : spaced(tag)
}

const Changes = ({ items }: { readonly items: ReadonlyArray<ConfigChange> }) => (
  <Table
    caption="Changes"
    items={items}
    keyOf={({ at, event }) => `${at.block}-${event}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      { name: "What", cell: ({ kind }) => <strong>{sentence(kind)}</strong> },
      { name: "Change", numeric: true, cell: ({ change }) => change ?? "" },
      { name: "Account", cell: ({ account }) => (account === null ? "" : <Account address={account} />) },
      { name: "Fields", cell: ({ content, kind }) => <Json value={content} label={`fields of ${kind}`} /> },
      { name: "Settings then", cell: ({ config }) => (config === null ? "" : <Json value={config} label="all settings" />) },
      { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
    ]}
  />
)

/** The contract's current settings, announced changes, and all past changes. */
export const Settings = () => {
  const { data, problem, again } = useAnswer(endpoints.config())
  const changes = useList(endpoints.configChanges({}))
  if (data === undefined) return problem === undefined ? <Skeleton height="30rem" /> : <ApiProblem problem={problem} again={again} />
  const { config, chain, since, announced, paused, ended, owner } = data
  const settings = typeof config === "object" && config !== null ? Object.entries(config) : []
  return (
    <>
      <Fold
        title="Settings of the contract"
        isOpenOnWide
        {...(since === null
          ? {}
          : {
              note: (
                <>
                  in force since <When at={since} as="both" />
                </>
              )
            })}
      >
        {settings.length === 0 ? (
          <EmptyState title="Not indexed yet">They are read when the contract's creation is indexed.</EmptyState>
        ) : (
          <Facts facts={settings.map(([name, value]) => [settingName(name), <Setting key={name} name={name} value={value} />])} />
        )}
      </Fold>
      <Section title="The contract">
        <Facts
          facts={[
            ["State", ended ? "ended: the subnet is gone" : paused ? "paused: no new issues or matches" : "running"],
            ["Owner", owner === null ? "not known yet" : <Account key="" address={owner} whole />],
            ["Address", chain === null ? null : <Account key="" address={chain.contract} whole />],
            ["Subnet", chain === null ? null : chain.netuid],
            [
              "Chain's genesis",
              chain === null ? null : (
                <code key="" className="cell-code">
                  {chain.genesisHash}
                </code>
              )
            ],
            ["Indexed from block", chain === null ? null : wholeNumber(chain.firstBlock)]
          ]}
        />
      </Section>
      <Section title="Announced changes" note="not applied, vetoed or withdrawn yet">
        {announced.length === 0 ? (
          <EmptyState title="None">
            The owner announces a change. After the delay anyone may apply it, unless validators veto it.
          </EmptyState>
        ) : (
          announced.map((change) => <Announced key={change.change} change={change} />)
        )}
      </Section>
      <Fold title="What changed" note="settings, whitelist, owner, code and state" isOpenOnWide>
        <ListView list={changes} empty={{ title: "Nothing yet", why: "The contract's creation is the first entry." }}>
          {(items) => <Changes items={items} />}
        </ListView>
      </Fold>
    </>
  )
}
