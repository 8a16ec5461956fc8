import { gitHubCommit, gitHubLine } from "../../../src/domain/gitHubAddress.ts"
import { endpoints } from "../api/endpoints.ts"
import type { QualityHead, QualityRecord } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import {
  currentTimes,
  disputed,
  FILE_NAMES,
  filesOf,
  fileText,
  gateLine,
  type SameFindings,
  sameFindings,
  verificationLine
} from "../format/quality.ts"
import { ApiFile } from "./ApiFile.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { When } from "./Values.tsx"

type Verification = NonNullable<QualityRecord["verification"]>
type Tests = Verification["failToPass"]

const TestSet = ({ title, tests }: { readonly title: string; readonly tests: Tests }) =>
  tests.count === 0 ? null : (
    <div>
      <h4>
        {title} ({wholeNumber(tests.count)})
      </h4>
      <ul className="quality-tests">
        {tests.first.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tests may have one name
          <li key={index}>
            <code>{name}</code>
          </li>
        ))}
        {tests.count > tests.first.length ? <li>and {wholeNumber(tests.count - tests.first.length)} more</li> : null}
      </ul>
    </div>
  )

const Sets = ({ verification }: { readonly verification: Verification }) => {
  const { ecosystem, command, failToPass, broken, flaky, own, changesDependencies } = verification
  return (
    <>
      <p>
        Tests ({ecosystem}): <code>{command}</code>
      </p>
      <TestSet title="fail → pass" tests={failToPass} />
      <TestSet title="pass → broken" tests={broken} />
      <TestSet title="flaky, in none of the sets" tests={flaky} />
      {own === null ? null : (
        <>
          <TestSet title="its own tests: fail → pass" tests={own.failToPass} />
          <TestSet title="its own tests: failing" tests={own.failing} />
          <TestSet title="tests that it removes" tests={own.removed} />
          <TestSet title="tests that it skips" tests={own.skipped} />
          <TestSet title="broken tests that its own version hides" tests={own.hidden} />
        </>
      )}
      {changesDependencies ? <p>It changes dependencies; the tests ran with those of the base.</p> : null}
    </>
  )
}

/** Where a finding is, as a link if it is a line of a file. */
const Place = ({ head, path, line }: { readonly head: QualityHead; readonly path: string; readonly line: number | null }) => {
  const address = line === null ? undefined : gitHubLine(head.repository, head.commit, path, line)
  const text = line === null ? path : `${path}, line ${line}`
  if (address === undefined) return <code>{text}</code>
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {text}
    </a>
  )
}

const Gate = ({ gate, head }: { readonly gate: NonNullable<QualityRecord["gate"]>; readonly head: QualityHead }) => (
  <>
    <p>
      The gate read {wholeNumber(gate.addedLines)} added and {wholeNumber(gate.deletedLines)} deleted lines, and compared them with{" "}
      {wholeNumber(gate.comparedWith)} earlier {gate.comparedWith === 1 ? "head" : "heads"}.
      {gate.findings.length === 0 ? " It found nothing." : ""}
    </p>
    <ul className="quality-findings">
      {gate.findings.map(({ check, rejects, path, line, shown, limit }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes its order
        <li key={index} data-rejects={rejects ? "" : undefined}>
          <strong>{check}</strong> {rejects ? "rejects" : "is evidence"}
          {path === null ? null : (
            <>
              {" in "}
              <Place head={head} path={path} line={line} />
            </>
          )}
          : <q>{shown}</q>
          {limit === null ? null : <span className="muted"> (limit: {limit})</span>}
        </li>
      ))}
      {gate.found > gate.findings.length ? <li>and {wholeNumber(gate.found - gate.findings.length)} more findings</li> : null}
    </ul>
  </>
)

/** The files that support the findings of one validator. They open in another tab, as plain text. */
const Files = ({ record }: { readonly record: QualityRecord }) => {
  const files = filesOf(record)
  if (files.length === 0) return null
  return (
    <p className="quality-files">
      Files of <ValidatorName hotkey={record.validator} />:{" "}
      {files.map(({ name, digest, mediaType, bytes }, index) => (
        <span key={digest}>
          {index === 0 ? null : ", "}
          <ApiFile at={endpoints.artefact(digest)} title={fileText(mediaType, bytes)}>
            {FILE_NAMES[name]}
          </ApiFile>
        </span>
      ))}
    </p>
  )
}

const Group = ({ group: { validators, record, records }, head }: { readonly group: SameFindings; readonly head: QualityHead }) => (
  <li>
    <h3>
      {validators.map((hotkey, index) => (
        <span key={hotkey}>
          {index === 0 ? null : ", "}
          <ValidatorName hotkey={hotkey} />
        </span>
      ))}
    </h3>
    {record.reason === null ? null : (
      <p>
        {record.reason}
        {record.fault === null ? null : <span className="muted"> (fault: {record.fault})</span>}
      </p>
    )}
    {record.gate === null ? null : <Gate gate={record.gate} head={head} />}
    {record.verification === null ? null : <Sets verification={record.verification} />}
    {records.map((own) => (
      <Files key={own.validator} record={own} />
    ))}
  </li>
)

const SETS = [
  ["failToPass", "fail → pass"],
  ["broken", "pass → broken"]
] as const

/** Since when GitHub shows a head, for the first of the validators; or that it shows another one. */
const Current = ({ records }: { readonly records: QualityHead["records"] }) => {
  const [since, ...others] = currentTimes(records)
  if (since === undefined) return <>replaced by another head</>
  const count = others.length + 1
  return (
    <>
      current since <When at={{ block: null, time: since }} as="time" />
      {count === records.length ? null : ` for ${count} of ${records.length} validators`}
    </>
  )
}

/** What validators found out about one head, those that found the same together; and other heads of the pull request, in a line each. */
export const QualityEvidence = ({ heads }: { readonly heads: ReadonlyArray<QualityHead> }) => {
  const [head, ...others] = heads
  if (head === undefined) return null
  return (
    <div className="quality-evidence">
      <p className="muted">
        Commit{" "}
        <a href={gitHubCommit(head.repository, head.commit)} target="_blank" rel="noreferrer">
          <code>{head.commit.slice(0, 8)}</code>
        </a>
        , first seen <When at={{ block: null, time: head.firstSeenAt }} />, <Current records={head.records} />
      </p>
      {SETS.map(([set, title]) => {
        const names = disputed(head.records, set)
        return names.length === 0 ? null : (
          <p key={set} className="quality-differs">
            Validators differ in {title}: {names.join(", ")}
          </p>
        )
      })}
      <ul className="quality-groups">
        {sameFindings(head.records).map((group) => (
          <Group key={group.validators[0]} group={group} head={head} />
        ))}
      </ul>
      {others.length === 0 ? null : (
        <ul className="quality-heads" aria-label="Other heads">
          {others.map(({ commit, records, firstSeenAt }) => (
            <li key={commit}>
              <code>{commit.slice(0, 8)}</code>, first seen <When at={{ block: null, time: firstSeenAt }} as="time" />,{" "}
              <Current records={records} />. Gate: {gateLine(records)?.text}. Verification: {verificationLine(records)?.text}.
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
