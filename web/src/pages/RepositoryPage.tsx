import { gitHubRepository } from "../../../src/domain/gitHubAddress.ts"
import { stopAddress } from "../../../src/story/stopping.ts"
import { endpoints } from "../api/endpoints.ts"
import { BurdenTable } from "../components/BurdenTable.tsx"
import { Chosen } from "../components/Chosen.tsx"
import { Command } from "../components/Command.tsx"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { Contact } from "../components/Contact.tsx"
import { IssueList } from "../components/IssueList.tsx"
import { ListView } from "../components/Lists.tsx"
import { PageHead, Section } from "../components/Page.tsx"
import { SuggestionList } from "../components/SuggestionList.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { isExported } from "../exported/place.ts"
import { guideAddress, pageAddress, type ViewProps } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { NotFound } from "./NotFound.tsx"

/** A repository's issues with a bounty, and the matches on them. */
export default function RepositoryPage({ parameters: { owner = "", name = "" } }: ViewProps) {
  const repository = `${owner}/${name}`
  const issues = useList(endpoints.issues({ repository }))
  const matches = useList(endpoints.competitions({ repository }))
  const contact = useAnswer(endpoints.config()).data?.contact ?? null
  const { items: known } = useList(endpoints.repositories({ repository }))
  const { items: next } = useList(endpoints.suggestions({ repository }))
  // The index knows no issue, match, figure or suggestion of it, so that there is nothing to say of it.
  if ([issues.items, matches.items, known, next].every((items) => items?.length === 0))
    return <NotFound path={`/repositories/${repository}`} />
  return (
    <div className="page">
      <PageHead
        title={repository}
        over={
          <>
            <Link to={pageAddress("issues")}>Repository</Link>
            <a href={gitHubRepository(repository)} target="_blank" rel="noreferrer">
              on GitHub
            </a>
          </>
        }
      />
      <Section title="Issues" note={<Link to={`${pageAddress("issues")}?repository=${encodeURIComponent(repository)}`}>filter them</Link>}>
        <ListView
          list={issues}
          height="20rem"
          empty={{
            title: "No bounty on an issue of this repository",
            why: "Issues appear here when the owner registers them in the contract."
          }}
        >
          {(items) => <IssueList items={items} label="Issues" />}
        </ListView>
      </Section>
      <Section title="Matches">
        <ListView
          list={matches}
          isOneOfSeveral
          height="12rem"
          empty={{ title: "No match yet", why: "The first one on an issue of this repository appears here." }}
        >
          {(items) => <CompetitionTable items={items} caption="Matches" />}
        </ListView>
      </Section>
      {next === undefined || next.length === 0 ? null : (
        <Section title="Could be next" note="open issues without a bounty; nobody has promised one">
          <SuggestionList items={next} label="Could be next" />
        </Section>
      )}
      <Section title="For its maintainers" note={<Link to={guideAddress("maintainers")}>what it costs, and how to ask for it</Link>}>
        <p>
          To stop it:{" "}
          <a href={stopAddress(repository, { isThere: false })} target="_blank" rel="noreferrer">
            add a .gittensor.yml that says “bounties: false”
          </a>
          ; GitHub’s editor opens with the file filled in. If the repository has that file,{" "}
          <a href={stopAddress(repository, { isThere: true })} target="_blank" rel="noreferrer">
            edit it
          </a>
          . Two people compete for an issue, and nobody else is paid for it. <Contact contact={contact} />
        </p>
        {known?.[0] === undefined ? null : <Chosen {...known[0]} />}
        {known === undefined ? null : <BurdenTable repository={known[0]} />}
      </Section>
      {isExported ? null : (
        <Section title="Badge" note="for the repository's README">
          <Command
            text={`[![bounties](${window.location.origin}/badge/${repository}.svg)](${window.location.origin}/repositories/${repository})`}
          />
        </Section>
      )}
    </div>
  )
}
