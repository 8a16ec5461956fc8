import { endpoints } from "../../api/endpoints.ts"
import type { MinerDetail } from "../../api/types.ts"
import { CollateralTable } from "../../components/CollateralTable.tsx"
import { CompetitionTable } from "../../components/CompetitionTable.tsx"
import { EmptyState } from "../../components/EmptyState.tsx"
import { Json } from "../../components/Json.tsx"
import { ListView } from "../../components/ListView.tsx"
import { PayoutTable } from "../../components/PayoutTable.tsx"
import { PullRequestTable } from "../../components/PullRequestTable.tsx"
import { RatingTable } from "../../components/RatingTable.tsx"
import { Section } from "../../components/Section.tsx"
import { Table } from "../../components/Table.tsx"
import { When } from "../../components/When.tsx"
import { useList } from "../../data/hooks.ts"

interface Props {
  readonly hotkey: string
}

export const CompetitionsOf = ({ hotkey }: Props) => (
  <Section title="Ended competitions">
    <ListView
      list={useList(endpoints.competitions({ miner: hotkey, status: ["Won", "Expired", "Void"] }))}
      empty={{ title: "None has ended yet", why: "They show here when validators have decided them, or when they expire." }}
    >
      {(items) => <CompetitionTable items={items} caption="Ended competitions" />}
    </ListView>
  </Section>
)

export const RatingsOf = ({ hotkey }: Props) => (
  <Section title="Rating, change by change">
    <ListView
      list={useList(endpoints.ratings({ hotkey }))}
      empty={{ title: "No rated game yet", why: "A rating begins at 1500 and moves with each competition that is won, lost or expires." }}
    >
      {(items) => <RatingTable items={items} caption="Rating changes" />}
    </ListView>
  </Section>
)

export const PayoutsOf = ({ hotkey }: Props) => (
  <Section title="Bounties paid to it" note="what arrived">
    <ListView
      list={useList(endpoints.payouts({ hotkey }))}
      empty={{ title: "No bounty yet", why: "A bounty is paid when the challenge period after a verdict is over." }}
    >
      {(items) => <PayoutTable items={items} caption="Bounties paid" />}
    </ListView>
  </Section>
)

export const CollateralOf = ({ hotkey }: Props) => (
  <Section title="Collateral">
    <ListView
      list={useList(endpoints.collateral({ hotkey }))}
      empty={{ title: "It never deposited any", why: "Where the settings ask for collateral, a miner deposits it before it is paired." }}
    >
      {(items) => <CollateralTable items={items} caption="Collateral that moved" />}
    </ListView>
  </Section>
)

export const PullRequestsOf = ({ hotkey }: Props) => (
  <Section title="Pull requests" note="for issues with a bounty">
    <ListView
      list={useList(endpoints.pullRequests({ hotkey }))}
      empty={{ title: "None seen", why: "GitHub is asked for pull requests while the miner competes." }}
    >
      {(items) => <PullRequestTable items={items} caption="Pull requests" />}
    </ListView>
  </Section>
)

export const ScoresOf = ({ hotkey }: Props) => (
  <Section title="Open-source contributions" note="scores by epoch and repository">
    <ListView
      list={useList(endpoints.scores({ hotkey }))}
      empty={{
        title: "No score yet",
        why: "Merged pull requests in listed repositories are scored; validators publish the scores with their reports."
      }}
    >
      {(items) => (
        <Table
          caption="Scores"
          items={items}
          keyOf={({ epoch, repository }) => `${epoch}-${repository}`}
          columns={[
            { name: "Epoch", numeric: true, cell: ({ epoch }) => epoch },
            { name: "Repository", cell: ({ repository }) => repository },
            { name: "Score", numeric: true, cell: ({ score }) => score },
            { name: "Made of", cell: ({ components }) => <Json value={components} label="components" /> },
            { name: "Published", cell: ({ at }) => <When at={at} as="both" /> }
          ]}
        />
      )}
    </ListView>
  </Section>
)

export const RegistrationsOf = ({ hotkey }: Props) => (
  <Section title="Registrations">
    <ListView
      list={useList(endpoints.registrations({ hotkey }))}
      empty={{ title: "None seen", why: "It was registered before the index began, or not at all." }}
    >
      {(items) => (
        <Table
          caption="Registrations on the subnet"
          items={items}
          keyOf={({ uid, heldFrom }) => `${uid}-${heldFrom.block}`}
          columns={[
            { name: "UID", numeric: true, cell: ({ uid }) => uid },
            { name: "Registered", cell: ({ registeredAt }) => <When at={registeredAt} as="both" /> },
            { name: "Held from", cell: ({ heldFrom }) => <When at={heldFrom} as="both" /> }
          ]}
        />
      )}
    </ListView>
  </Section>
)

/** The miner's linked GitHub accounts with their proofs. */
export const LinksOf = ({ links }: Pick<MinerDetail, "links">) => (
  <Section title="GitHub accounts it named">
    {links.length === 0 ? (
      <EmptyState title="None">
        A miner names its account with <code>gittensor mine link-github</code>.
      </EmptyState>
    ) : (
      <Table
        caption="GitHub accounts that it committed to"
        items={links}
        keyOf={({ linkedAt, account }) => `${linkedAt.block}-${account}`}
        columns={[
          { name: "When", cell: ({ linkedAt }) => <When at={linkedAt} as="both" /> },
          { name: "GitHub's id", cell: ({ account }) => account ?? "link ended" },
          {
            name: "Gist",
            cell: ({ gist }) =>
              gist === null ? (
                ""
              ) : (
                <a href={`https://gist.github.com/${encodeURIComponent(gist)}`} target="_blank" rel="noreferrer">
                  {gist}
                </a>
              )
          }
        ]}
      />
    )}
  </Section>
)
