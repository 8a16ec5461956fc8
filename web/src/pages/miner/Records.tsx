import { memo } from "react"
import { gitHubPull } from "../../../../src/domain/gitHubAddress.ts"
import { endpoints } from "../../api/endpoints.ts"
import type { MinerDetail } from "../../api/types.ts"
import { CollateralTable } from "../../components/CollateralTable.tsx"
import { CompetitionTable } from "../../components/CompetitionTable.tsx"
import { ListView, Table, TableView } from "../../components/Lists.tsx"
import { EmptyState, Fold, Section } from "../../components/Page.tsx"
import { PayoutTable } from "../../components/PayoutTable.tsx"
import { PullRequestTable } from "../../components/PullRequestTable.tsx"
import { RatingTable } from "../../components/RatingTable.tsx"
import { Json, When } from "../../components/Values.tsx"
import { useList } from "../../data/hooks.ts"
import { listIn, numberIn, textIn } from "../../format/json.ts"

interface Props {
  readonly hotkey: string
}

export const CompetitionsOf = memo(({ hotkey }: Props) => (
  <Section title="Ended matches">
    <ListView
      list={useList(endpoints.competitions({ miner: hotkey, status: ["Won", "Expired", "Unsolved", "Void"] }))}
      isOneOfSeveral
      empty={{ title: "None has ended yet", why: "A match appears here once validators have decided it, or it has expired." }}
    >
      {(items) => <CompetitionTable items={items} caption="Ended matches" />}
    </ListView>
  </Section>
))

export const RatingsOf = memo(({ hotkey }: Props) => (
  <Section title="Rating changes">
    <ListView
      list={useList(endpoints.ratings({ hotkey }))}
      isOneOfSeveral
      empty={{
        title: "No rated matches yet",
        why: "A rating begins at 1500 and changes with each match that is won, lost or expires."
      }}
    >
      {(items) => <RatingTable items={items} caption="Rating changes" />}
    </ListView>
  </Section>
))

export const PayoutsOf = memo(({ hotkey }: Props) => (
  <Section title="Bounties paid to this miner" note="what arrived">
    <ListView
      list={useList(endpoints.payouts({ hotkey }))}
      isOneOfSeveral
      empty={{ title: "No bounties yet", why: "A bounty is paid once validators have settled who solved its issue." }}
    >
      {(items) => <PayoutTable items={items} caption="Bounties paid" />}
    </ListView>
  </Section>
))

export const CollateralOf = memo(({ hotkey }: Props) => (
  <Fold title="Collateral" isOpenOnWide>
    <ListView
      list={useList(endpoints.collateral({ hotkey }))}
      isOneOfSeveral
      empty={{ title: "No collateral deposited", why: "If the settings require collateral, a miner deposits it before it can be paired." }}
    >
      {(items) => <CollateralTable items={items} caption="Movements of collateral" />}
    </ListView>
  </Fold>
))

export const PullRequestsOf = memo(({ hotkey }: Props) => (
  <Section title="Pull requests" note="for issues with a bounty">
    <ListView
      list={useList(endpoints.pullRequests({ hotkey }))}
      isOneOfSeveral
      empty={{ title: "None yet", why: "GitHub is asked for pull requests while the miner competes." }}
    >
      {(items) => <PullRequestTable items={items} caption="Pull requests" />}
    </ListView>
  </Section>
))

/** What each merged pull request earned, and why it counts less than its files come to. Parts that an earlier program wrote have no reasons. */
const ScoredPullRequests = ({ components, repository }: { readonly components: unknown; readonly repository: string }) => (
  <ul>
    {listIn(components, "pull_requests")
      .filter((one) => textIn(one, "state") === "MERGED")
      .map((one) => {
        const number = numberIn(one, "number") ?? 0
        const why = [textIn(one, "nothing"), ...listIn(one, "why").map(String)].filter((text) => text !== undefined)
        return (
          <li key={number}>
            <a href={gitHubPull(repository, number)} target="_blank" rel="noreferrer">
              #{number}
            </a>{" "}
            {(numberIn(one, "earned") ?? 0).toFixed(2)}
            {why.length === 0 ? "" : `: ${why.join("; ")}`}
          </li>
        )
      })}
  </ul>
)

export const ScoresOf = memo(({ hotkey }: Props) => (
  <Section title="Open-source contributions" note="scores by epoch and repository">
    <p className="muted">
      On your own machine <code>gittensor score OWNER/REPO#N</code> computes a pull request's score anew, file by file.
    </p>
    <TableView
      list={useList(endpoints.scores({ hotkey }))}
      isOneOfSeveral
      empty={{
        title: "No scores yet",
        why: "Merged pull requests in listed repositories are scored; validators publish the scores with their reports."
      }}
      caption="Scores"
      keyOf={({ epoch, repository }) => `${epoch}-${repository}`}
      columns={[
        { name: "Epoch", numeric: true, cell: ({ epoch }) => epoch },
        { name: "Repository", cell: ({ repository }) => repository },
        { name: "Score", numeric: true, cell: ({ score }) => score },
        {
          name: "Pull requests",
          cell: ({ components, repository }) => <ScoredPullRequests components={components} repository={repository} />
        },
        { name: "Components", cell: ({ components }) => <Json value={components} label="components" /> },
        { name: "Published", cell: ({ at }) => <When at={at} as="both" /> }
      ]}
    />
  </Section>
))

export const RegistrationsOf = memo(({ hotkey }: Props) => (
  <Fold title="Registrations" isOpenOnWide>
    <TableView
      list={useList(endpoints.registrations({ hotkey }))}
      isOneOfSeveral
      empty={{ title: "None yet", why: "It registered before the index began, or never." }}
      caption="Registrations on the subnet"
      keyOf={({ uid, heldFrom }) => `${uid}-${heldFrom.block}`}
      columns={[
        { name: "UID", numeric: true, cell: ({ uid }) => uid },
        { name: "Registered", cell: ({ registeredAt }) => <When at={registeredAt} as="both" /> },
        { name: "Held from", cell: ({ heldFrom }) => <When at={heldFrom} as="both" /> }
      ]}
    />
  </Fold>
))

/** The miner's linked GitHub accounts with their proofs. */
export const LinksOf = ({ links }: Pick<MinerDetail, "links">) => (
  <Section title="GitHub accounts it linked">
    {links.length === 0 ? (
      <EmptyState title="None">
        A miner links its account with <code>gittensor mine link-github</code>.
      </EmptyState>
    ) : (
      <Table
        caption="GitHub accounts that this hotkey linked"
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
