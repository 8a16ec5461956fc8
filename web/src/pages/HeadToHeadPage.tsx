import { endpoints } from "../api/endpoints.ts"
import type { HeadToHead, Ranked } from "../api/types.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { ChoiceField } from "../components/Fields.tsx"
import { Few } from "../components/Lists.tsx"
import { Avatar, MinerName, minerLabel } from "../components/Names.tsx"
import { OddsBar } from "../components/OddsBar.tsx"
import { ApiProblem, EmptyState, PageHead, Section, Skeleton } from "../components/Page.tsx"
import { Form, Rating, RecordLine } from "../components/Ratings.tsx"
import { AlsoPlayed } from "../components/SameAccount.tsx"
import { Amount } from "../components/Values.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { shortAccount } from "../format/names.ts"
import { useQuery } from "../routes/useQuery.ts"

const Contender = ({ side, both }: { readonly side: "a" | "b"; readonly both: HeadToHead }) => {
  const { miner, rating, provisional, won, lost, expired, earned, form, sameAccount } = both[side]
  const name = minerLabel(miner)
  return (
    <section className="competitor" data-side={side} aria-label={name}>
      <div className="side-who">
        <Avatar of={miner.hotkey} src={miner.avatar} size="large" />
        <p className="side-name">
          <MinerName miner={miner} picture={false} />
        </p>
        <p className="side-rating">
          <Rating points={rating} provisional={provisional} />
          <span className="muted">{miner.uid === null ? "not registered" : `UID ${miner.uid}`}</span>
        </p>
      </div>
      <dl className="side-facts">
        <div>
          <dt>Won / lost / expired</dt>
          <dd>
            <RecordLine won={won} lost={lost} expired={expired} />
          </dd>
        </div>
        <div>
          <dt>Form, newest first</dt>
          <dd>
            <Form results={form} />
          </dd>
        </div>
        <div>
          <dt>Earned</dt>
          <dd>
            <Amount rao={earned} decimals={2} />
          </dd>
        </div>
        <AlsoPlayed others={sameAccount} />
      </dl>
    </section>
  )
}

const SameMiner = () => <EmptyState title="The same miner twice">Choose two different miners.</EmptyState>

const BothMiners = ({ a, b }: { readonly a: string; readonly b: string }) => {
  const { data: both, problem, again } = useAnswer(endpoints.headToHead({ a, b }))
  if (both === undefined) return problem === undefined ? <Skeleton height="30rem" /> : <ApiProblem problem={problem} again={again} />
  const { meetings, expected, items } = both
  if (both.a.miner.hotkey === both.b.miner.hotkey) return <SameMiner />
  const [running, before] = [items.filter(({ status }) => status === "Running"), items.filter(({ status }) => status !== "Running")]
  return (
    <>
      <div className="arena">
        <Contender side="a" both={both} />
        <section className="arena-middle" aria-label="Between them">
          <p className="score">
            <strong className="side-a">{wholeNumber(meetings.aWon)}</strong>
            <span aria-hidden="true">:</span>
            <span className="hidden"> to </span>
            <strong className="side-b">{wholeNumber(meetings.bWon)}</strong>
          </p>
          <p className="muted">
            {wholeNumber(meetings.expired)} expired, {wholeNumber(meetings.void)} void, {wholeNumber(meetings.running)}{" "}
            {meetings.running === 1 ? "runs" : "run"} now
          </p>
          {expected === null ? (
            <p className="muted">No odds: one of them has no rating yet.</p>
          ) : (
            <OddsBar
              title="odds"
              a={{ name: minerLabel(both.a.miner), expected: expected.a }}
              b={{ name: minerLabel(both.b.miner), expected: expected.b }}
              note="by their ratings now"
            />
          )}
        </section>
        <Contender side="b" both={both} />
      </div>
      {running.length === 0 ? null : (
        <Section title="Running now">
          <CompetitionTable items={running} caption="The running match" />
        </Section>
      )}
      <Section title="Earlier meetings" {...(both.next === null ? {} : { note: `the latest ${items.length}` })}>
        {before.length === 0 ? (
          <EmptyState title="They have not met before">Their first match will appear here once it has ended.</EmptyState>
        ) : (
          <Few items={before}>{(some) => <CompetitionTable items={some} caption="Earlier meetings" />}</Few>
        )}
      </Section>
    </>
  )
}

/** The selectable miners: rated ones, and those named in the address. */
const choicesOf = (ranked: ReadonlyArray<Ranked>, chosen: string | undefined): ReadonlyArray<readonly [string, string]> => {
  const known = ranked.map(
    ({ hotkey, github, rank }) =>
      [hotkey, `${rank}. ${github?.proven && github.login !== null ? github.login : shortAccount(hotkey)}`] as const
  )
  // The address may name a miner by its login, which is shorter than any hotkey.
  const name = chosen !== undefined && chosen.length < 40 ? chosen : shortAccount(chosen ?? "")
  const missing = chosen === undefined || known.some(([hotkey]) => hotkey === chosen) ? [] : [[chosen, name] as const]
  return [["", "choose a miner"], ...missing, ...known]
}

export default function HeadToHeadPage() {
  const query = useQuery()
  const [a, b] = [query.get("a"), query.get("b")]
  const list = useList(endpoints.leaderboard({}))
  const ranked = list.items ?? []
  return (
    <div className="page">
      <PageHead title="Head to head">
        <p className="page-note">Any two miners: their meetings, and the odds if they were paired now.</p>
      </PageHead>
      <search className="filters">
        <div className="filters-row">
          <ChoiceField label="A" value={a ?? ""} choices={choicesOf(ranked, a)} onChange={(value) => query.set({ a: value })} />
          <ChoiceField label="B" value={b ?? ""} choices={choicesOf(ranked, b)} onChange={(value) => query.set({ b: value })} />
          <button type="button" disabled={a === undefined && b === undefined} onClick={() => query.set({ a: b, b: a })}>
            Swap sides
          </button>
          {list.more ? (
            <button type="button" onClick={list.readMore}>
              More miners to choose from
            </button>
          ) : null}
        </div>
      </search>
      {a === undefined || b === undefined ? (
        <EmptyState title="Choose two miners">Both lists have the rated miners, best first. A miner's page also links here.</EmptyState>
      ) : a === b ? (
        <SameMiner />
      ) : (
        <BothMiners a={a} b={b} />
      )}
    </div>
  )
}
