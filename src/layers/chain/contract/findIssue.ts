/** Finds registered issues by the contract's number or by their reference on GitHub. */
import { Effect } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import * as IssueRef from "../../../domain/IssueRef.ts"
import type { BlockReference } from "../node/Chain.ts"
import { Contract } from "./Contract.ts"

const issueNotRegistered = (issue: string) =>
  new OperationFailed({ message: `the contract has no issue ${issue}: see "gittensor mine issues --all"` })

/** Every issue that was ever registered, in order of number. */
export const allIssues = (at: BlockReference) => Effect.flatMap(Contract, (contract) => contract.stored("issues", {}, at))

export const issueByNumber = Effect.fn("issueByNumber")(function* (number: number, at: BlockReference) {
  const issue = yield* (yield* Contract).stored("issue", { id: number }, at)
  return issue ?? (yield* issueNotRegistered(String(number)))
})

/** The newest issue with this reference, open or closed. */
const issueByReference = Effect.fn("issueByReference")(function* (ref: IssueRef.IssueRef, at: BlockReference) {
  const contract = yield* Contract
  const live = yield* contract.stored("issueByReference", { repository: ref.repository, number: ref.number }, at)
  if (live !== null) return yield* issueByNumber(live, at)
  const found = (yield* allIssues(at)).findLast(({ repository, number }) => `${repository}#${number}`.toLowerCase() === ref.key)
  return found ?? (yield* issueNotRegistered(ref.toString()))
})

/** `written` is a number, `owner/name#42` or a GitHub URL. */
export const findIssue = (written: string, at: BlockReference) =>
  /^\d{1,9}$/.test(written)
    ? issueByNumber(Number(written), at)
    : Effect.flatMap(IssueRef.parse(written), (ref) => issueByReference(ref, at))
