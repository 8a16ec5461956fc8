import { endpoints } from "../api/endpoints.ts"
import type { ConsensusEpochDetail } from "../api/types.ts"
import { ApiFile } from "../components/ApiFile.tsx"
import { Findings } from "../components/Findings.tsx"
import { Few } from "../components/Lists.tsx"
import { EmptyState, Facts, Figures, PageHead, Section, Unanswered } from "../components/Page.tsx"
import { Json, When } from "../components/Values.tsx"
import { ValueTable } from "../components/ValueTable.tsx"
import { VoterTable } from "../components/VoterTable.tsx"
import { useAnswer } from "../data/hooks.ts"
import { isExported } from "../exported/place.ts"
import { percent, shareOf } from "../format/amount.ts"
import { countsText, wrongFirst } from "../format/consensus.ts"
import { pageAddress, type ViewProps } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

const Hash = ({ hash }: { readonly hash: string }) => <code className="cell-code">{hash}</code>

const AboutEpoch = ({ epoch: shown }: { readonly epoch: ConsensusEpochDetail }) => {
  const { epoch, at, opening, settling, endedAt, roster, committedRoster, expected, looks } = shown
  return (
    <Section title="Facts">
      <Facts
        facts={[
          ["Measured as of", <When key="" at={at} as="both" />],
          ["Commitments read, reports opened", <When key="" at={opening} as="both" />],
          ["Reports counted", <When key="" at={settling} as="both" />],
          ["Ended", endedAt === null ? "it lasts" : <When key="" at={endedAt} as="both" />],
          ["Roster of the reports", roster === null ? "no report names one" : <Hash key="" hash={roster} />],
          [
            "Roster of the owner",
            committedRoster === null ? (
              "none committed"
            ) : (
              <span key="">
                version {committedRoster.version}: <Hash hash={committedRoster.sha256} />
              </span>
            )
          ],
          [
            "Weights that follow",
            expected === null ? (
              "none, or not known"
            ) : (
              <Json key="" value={Object.fromEntries(expected.map(([uid, weight]) => [`UID ${uid}`, weight]))} label="by UID" />
            )
          ],
          ["Audited", `${looks.times} ${looks.times === 1 ? "time" : "times"}, last at block ${looks.last}`],
          ["Audited again", looks.next === null ? "no more" : `from block ${looks.next} on`],
          [
            "Audit it yourself",
            <span key="">
              <code>
                gittensor audit --epoch {epoch} --index {isExported ? "https://…" : window.location.origin}
              </code>{" "}
              with{" "}
              <ApiFile at={endpoints.consensusFacts(epoch)}>
                what the chain says<span className="hidden"> of epoch {epoch}</span>
              </ApiFile>
            </span>
          ]
        ]}
      />
    </Section>
  )
}

const Epoch = ({ epoch: shown }: { readonly epoch: ConsensusEpochDetail }) => {
  const { epoch, at, quorum, totalStake, reportingStake, reporting, weights, severities, voters, values, findings } = shown
  return (
    <div className="page">
      <PageHead title={`Epoch ${epoch}`} over={<Link to={pageAddress("validators")}>Validators</Link>}>
        <p className="page-note">
          What validators reported as of <When at={at} as="both" />, what their reports come to, and whether they kept the rules.
        </p>
      </PageHead>
      <Figures
        label="In figures"
        figures={[
          {
            name: "Reports that count",
            value: `${reporting.reports} of ${reporting.voters}`,
            note: `with ${percent(shareOf(reportingStake, totalStake), 1)} of the stake`
          },
          {
            name: "Quorum",
            value: quorum ? "reached" : "not reached",
            note: quorum ? "two thirds of the stake decide" : "two thirds of the stake are needed: previous weights are kept"
          },
          {
            name: "Weights as expected",
            value: weights.asExpected,
            note: countsText({ other: weights.other, "not revealed": weights.hidden, "none set": weights.none })
          },
          {
            name: "Broken rules",
            value: severities.wrong,
            note: severities.missing === 0 ? "nothing is missing" : `${severities.missing} missing or not to be told`
          }
        ]}
      />
      <Section title="What the audit found" note="broken rules first">
        {findings.length === 0 ? (
          <EmptyState title="Nothing">Whoever reported kept the rules, and nothing is missing.</EmptyState>
        ) : (
          <Few items={wrongFirst(findings)}>{(some) => <Findings findings={some} label="Findings" />}</Few>
        )}
      </Section>
      <Section title="Validators" note="those that could report, largest stake first">
        {voters.length === 0 ? (
          <EmptyState title="None">No active validator held a permit at the epoch's first block.</EmptyState>
        ) : (
          <Few items={voters}>{(some) => <VoterTable epoch={epoch} voters={some} totalStake={totalStake} />}</Few>
        )}
      </Section>
      <Section title="Values" note="the median of the reports by stake, and who pulled which way">
        {values.length === 0 ? (
          <EmptyState title="None">
            {quorum ? "The reports give nobody anything." : "Without a quorum, nothing follows from the reports."}
          </EmptyState>
        ) : (
          <Few items={values}>{(some) => <ValueTable values={some} totalStake={totalStake} />}</Few>
        )}
      </Section>
      <AboutEpoch epoch={shown} />
    </div>
  )
}

/** An epoch: reports, what they come to, weights, findings. */
export default function EpochPage({ parameters }: ViewProps) {
  const { data: epoch, problem, again } = useAnswer(endpoints.consensusEpoch(parameters.epoch ?? ""))
  const over = <Link to={pageAddress("validators")}>Validators</Link>
  if (epoch !== undefined) return <Epoch epoch={epoch} />
  return <Unanswered title={`Epoch ${parameters.epoch}`} over={over} problem={problem} again={again} />
}
