import { useState } from "react"
import { answeredByText, panelText } from "../../../src/story/findings.ts"
import { endpoints } from "../api/endpoints.ts"
import type { CompetitionQuality, QualityCost, QualityDuel } from "../api/types.ts"
import { cssPercent, wholeNumber } from "../format/amount.ts"
import {
  answerText,
  CRITERIA,
  costsByModel,
  type DuelAnswer,
  type DuelJudge,
  dollars,
  leadText,
  type Names,
  pointsText,
  resultText,
  votesText,
  voteText
} from "../format/duel.ts"
import { FILE_NAMES, fileText } from "../format/quality.ts"
import { ApiFile } from "./ApiFile.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { When } from "./Values.tsx"

/** The largest lead of a criterion, in tenths of a point. */
const MOST_LEAD = 1_000

interface Props {
  /** The newest first. */
  readonly duels: ReadonlyArray<QualityDuel>
  readonly costs: ReadonlyArray<QualityCost>
  readonly names: Names
  /** The validators whose signed documents about this match the index has. */
  readonly documents: CompetitionQuality["documents"]
  readonly competition: number
}

/** The question and the answer, as far as the index has them. They open in another tab. */
const Files = ({ answer }: { readonly answer: DuelAnswer }) =>
  answer.artefacts.flatMap(({ name, digest, mediaType, bytes, readAt }) =>
    readAt === null ? (
      []
    ) : (
      <span key={digest}>
        {" "}
        <ApiFile at={endpoints.artefact(digest)} title={fileText(mediaType, bytes)}>
          {FILE_NAMES[name]}
        </ApiFile>
      </span>
    )
  )

/** Whom the judges prefer by each criterion: bars from the middle to the left for a, to the right for b. */
const Leads = ({ leads, names }: { readonly leads: NonNullable<QualityDuel["leads"]>; readonly names: Names }) => (
  <ul className="duel-leads" aria-label="Whom the judges prefer, by criterion">
    {CRITERIA.map((criterion) => {
      const lead = leads[criterion]
      return (
        <li key={criterion} data-side={lead > 0 ? "a" : lead < 0 ? "b" : undefined}>
          <span>{criterion}</span>
          <span className="duel-track" aria-hidden="true">
            <span style={{ width: cssPercent(Math.min(1, Math.abs(lead) / MOST_LEAD) / 2, 2) }} />
          </span>
          <strong>{leadText(lead, names)}</strong>
        </li>
      )
    })}
  </ul>
)

/** A judge's points in both orders, side by side: a judge that looks at the order alone shows here. */
const Points = ({ answers, names }: { readonly answers: ReadonlyArray<DuelAnswer>; readonly names: Names }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, and is no landmark
  <div className="table-scroll" role="group" aria-label="Points in both orders" tabIndex={0}>
    <table className="duel-points">
      <caption>
        Points for {names.a} : {names.b}
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">Criterion</span>
          </th>
          {answers.map((answer) => (
            <th key={answer.order} scope="col">
              {answerText(answer, names)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {CRITERIA.map((criterion) => (
          <tr key={criterion}>
            <th scope="row">{criterion}</th>
            {answers.map((answer) => (
              <td key={answer.order}>{pointsText(answer, criterion)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Judge = ({
  judge,
  answers,
  names
}: {
  readonly judge: DuelJudge
  readonly answers: ReadonlyArray<DuelAnswer>
  readonly names: Names
}) => (
  <li>
    <h4>
      {judge.name} <span className="muted">({judge.family === judge.model ? judge.model : `${judge.model}, family ${judge.family}`})</span>
    </h4>
    <p>{voteText(judge, names)}</p>
    {answers.some(({ shares }) => shares !== null) ? <Points answers={answers} names={names} /> : null}
    {answers.map((answer) => (
      <p key={answer.order}>
        {answerText(answer, names)}: <q>{answer.reason}</q>{" "}
        <span className="muted">
          ({answeredByText(answer.answeredBy)}, wording {answer.wording})
        </span>
        <Files answer={answer} />
      </p>
    ))}
  </li>
)

const Judges = ({ duel: { judges, panel, answers, seed, seedBlock }, names }: { readonly duel: QualityDuel; readonly names: Names }) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="quality-more" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Judges and their answers in both orders</summary>
      {isOpen ? (
        <>
          <p className="muted">
            Judges and orders were drawn by the chain's randomness of block {wholeNumber(seedBlock)}: <code>{seed}</code>
          </p>
          {panel === null ? null : <p className="muted">{panelText(panel)}.</p>}
          <ul className="quality-groups">
            {judges.map((judge) => (
              <Judge key={judge.name} judge={judge} answers={answers.filter((one) => one.judge === judge.name)} names={names} />
            ))}
          </ul>
        </>
      ) : null}
    </details>
  )
}

const Duel = ({ duel, names }: { readonly duel: QualityDuel; readonly names: Names }) => {
  const { validator, a, b, leads, cost, begunAt, endedAt, judges } = duel
  const votes = votesText(duel)
  const { result } = duel
  return (
    <li className="duel" data-side={result === "a" || result === "b" ? result : undefined}>
      <h3>
        <ValidatorName hotkey={validator} />: <span className="duel-result">{resultText(duel, names)}</span>
      </h3>
      <p className="muted">
        #{a.number} at <code>{a.commit.slice(0, 8)}</code> against #{b.number} at <code>{b.commit.slice(0, 8)}</code>, begun{" "}
        <When at={{ block: null, time: begunAt }} />
      </p>
      {votes === undefined ? null : <p>{votes}.</p>}
      {leads === null ? null : <Leads leads={leads} names={names} />}
      {endedAt === null ? null : <p>Cost: {dollars(cost)}</p>}
      {judges.length === 0 ? null : <Judges duel={duel} names={names} />}
    </li>
  )
}

/** Which solution validators' judges prefer, by criterion; who judged, and what it cost. */
export const Duels = ({ duels, costs, names, documents, competition }: Props) => (
  <div className="quality duels">
    <p>A duel shows which solution language models prefer. It moves neither money nor ratings; only the repository's maintainers decide.</p>
    {duels.length === 0 ? (
      <p className="muted">No validator held a duel of these two.</p>
    ) : (
      <ul className="quality-groups">
        {duels.map((duel) => (
          <Duel key={[duel.validator, duel.a.commit, duel.b.commit, duel.begunAt].join(" ")} duel={duel} names={names} />
        ))}
      </ul>
    )}
    {documents.length === 0 ? null : (
      <p className="quality-files">
        Signed documents:{" "}
        {documents.map(({ validator, at }, index) => (
          <span key={validator}>
            {index === 0 ? null : ", "}
            <ValidatorName hotkey={validator} /> (
            <ApiFile at={endpoints.qualityDocument(competition)(validator)}>
              as of <When at={{ block: null, time: at }} />
            </ApiFile>
            )
          </span>
        ))}
      </p>
    )}
    {costs.length === 0 ? null : (
      <div>
        <h3>Cost of the judges for this issue</h3>
        <ul className="quality-tests">
          {costsByModel(costs).map(({ stage, model, calls, tokens, cost }) => (
            <li key={`${stage} ${model}`}>
              {stage}, {model}: {dollars(cost)} for {wholeNumber(calls)} {calls === 1 ? "call" : "calls"} and {wholeNumber(tokens)} tokens
            </li>
          ))}
        </ul>
      </div>
    )}
  </div>
)
