/** Finds registered issues by the contract's number or by their reference on GitHub. */
import { Effect } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import * as IssueRef from "../../../domain/IssueRef.ts"
import type { BlockReference } from "../node/Chain.ts"
import { Contract } from "./Contract.ts"

const issueNotRegistered = (issue: string) =>
  new OperationFailed({ message: `the contract has no issue ${issue}: see "gittensor mine issues --all"` })

/** Issues that the contract returns at a time. */
const PAGE = 100

/** Every issue that was ever registered, in order of number. */
export const allIssues = Effect.fn("allIssues")(function* (at: BlockReference) {
  const contract = yield* Contract
  const { issues: count } = yield* contract.read("counts", {}, at)
  const pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) => 1 + page * PAGE)
  return (yield* Effect.forEach(pages, (from) => contract.read("issues", { from, limit: PAGE, status: null }, at))).flat()
})

export const issueByNumber = Effect.fn("issueByNumber")(function* (number: number, at: BlockReference) {
  const issue = yield* (yield* Contract).read("issue", { id: number }, at)
  return issue ?? (yield* issueNotRegistered(String(number)))
})

/** The newest issue with this reference, open or closed. */
const issueByReference = Effect.fn("issueByReference")(function* (ref: IssueRef.IssueRef, at: BlockReference) {
  const contract = yield* Contract
  const live = yield* contract.read("issueByReference", { repository: ref.repository, number: ref.number }, at)
  if (live !== null) return yield* issueByNumber(live, at)
  const found = (yield* allIssues(at)).findLast(({ repository, number }) => `${repository}#${number}`.toLowerCase() === ref.key)
  return found ?? (yield* issueNotRegistered(ref.toString()))
})

/** `written` is a number, `owner/name#42` or a GitHub URL. */
export const findIssue = (written: string, at: BlockReference) =>
  /^\d{1,9}$/.test(written)
    ? issueByNumber(Number(written), at)
    : Effect.flatMap(IssueRef.parse(written), (ref) => issueByReference(ref, at))
